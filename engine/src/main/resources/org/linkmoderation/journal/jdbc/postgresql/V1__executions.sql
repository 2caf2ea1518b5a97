-- Names sort by their bytes, whatever the collation of the database. No foreign keys: the rows of an execution are
-- written and deleted by statements that have them all or none, and a check would cost a look-up for each append.

-- status is null: a tombstone, what is left of an execution that was deleted. Space is left on the pages, so that most
-- updates change no index.
CREATE TABLE link_moderation_execution (
  state_machine       varchar COLLATE "C" NOT NULL,
  name                varchar COLLATE "C" NOT NULL,
  incarnation         varchar COLLATE "C" NOT NULL,
  request_ids         varchar NOT NULL,
  definition          varchar NOT NULL,
  start_date          timestamp(3) with time zone NOT NULL,
  stop_date           timestamp(3) with time zone,
  status              varchar COLLATE "C",
  token               varchar COLLATE "C",
  claimed_by          varchar COLLATE "C",
  redrive_count       bigint NOT NULL,
  waiting_reason      varchar COLLATE "C",
  waiting             varchar,
  doubt               varchar,
  wake_at             timestamp(3) with time zone,
  event_count         bigint NOT NULL,
  deleted_request_ids varchar NOT NULL,
  expires_at          timestamp(3) with time zone,
  PRIMARY KEY (state_machine, name)
) WITH (fillfactor = 80);

CREATE INDEX link_moderation_execution_by_status
  ON link_moderation_execution (state_machine, status, start_date, name) WHERE status IS NOT NULL;
CREATE INDEX link_moderation_execution_by_wake
  ON link_moderation_execution (state_machine, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX link_moderation_execution_by_expiry
  ON link_moderation_execution (expires_at) WHERE expires_at IS NOT NULL;

-- The events of each append, as one JSON document; never updated.
CREATE TABLE link_moderation_history (
  incarnation varchar COLLATE "C" NOT NULL,
  first_event bigint NOT NULL,
  events      varchar NOT NULL,
  PRIMARY KEY (incarnation, first_event)
);

-- The long texts of the events of an execution, each once, as JSON.
CREATE TABLE link_moderation_payload (
  incarnation varchar COLLATE "C" NOT NULL,
  digest      varchar COLLATE "C" NOT NULL,
  content     varchar NOT NULL,
  PRIMARY KEY (incarnation, digest)
);
