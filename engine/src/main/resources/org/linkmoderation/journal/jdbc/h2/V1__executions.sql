-- As in PostgreSQL; H2 has no partial indexes, and sorts texts by their characters when no collation is set.

CREATE TABLE link_moderation_execution (
  state_machine       varchar NOT NULL,
  name                varchar NOT NULL,
  incarnation         varchar NOT NULL,
  request_ids         varchar NOT NULL,
  definition          varchar NOT NULL,
  start_date          timestamp(3) with time zone NOT NULL,
  stop_date           timestamp(3) with time zone,
  status              varchar,
  token               varchar,
  claimed_by          varchar,
  redrive_count       bigint NOT NULL,
  waiting_reason      varchar,
  waiting             varchar,
  doubt               varchar,
  wake_at             timestamp(3) with time zone,
  event_count         bigint NOT NULL,
  deleted_request_ids varchar NOT NULL,
  expires_at          timestamp(3) with time zone,
  PRIMARY KEY (state_machine, name)
);

CREATE INDEX link_moderation_execution_by_status
  ON link_moderation_execution (state_machine, status, start_date, name);
CREATE INDEX link_moderation_execution_by_wake ON link_moderation_execution (state_machine, wake_at);
CREATE INDEX link_moderation_execution_by_expiry ON link_moderation_execution (expires_at);

CREATE TABLE link_moderation_history (
  incarnation varchar NOT NULL,
  first_event bigint NOT NULL,
  events      varchar NOT NULL,
  PRIMARY KEY (incarnation, first_event)
);

CREATE TABLE link_moderation_payload (
  incarnation varchar NOT NULL,
  digest      varchar NOT NULL,
  content     varchar NOT NULL,
  PRIMARY KEY (incarnation, digest)
);
