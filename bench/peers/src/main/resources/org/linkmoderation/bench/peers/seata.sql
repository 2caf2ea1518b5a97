-- The tables that Seata's manual has for the saga's log in PostgreSQL, with its names, types and keys.
CREATE TABLE IF NOT EXISTS seata_state_machine_def (
  id               varchar(32)  NOT NULL PRIMARY KEY,
  name             varchar(128) NOT NULL,
  tenant_id        varchar(32)  NOT NULL,
  app_name         varchar(32)  NOT NULL,
  type             varchar(20),
  comment_         varchar(255),
  ver              varchar(16)  NOT NULL,
  gmt_create       timestamp(3) NOT NULL,
  status           varchar(2)   NOT NULL,
  content          text,
  recover_strategy varchar(16)
);
CREATE TABLE IF NOT EXISTS seata_state_machine_inst (
  id                  varchar(128) NOT NULL PRIMARY KEY,
  machine_id          varchar(32)  NOT NULL,
  tenant_id           varchar(32)  NOT NULL,
  parent_id           varchar(128),
  gmt_started         timestamp(3) NOT NULL,
  business_key        varchar(48),
  start_params        text,
  gmt_end             timestamp(3) DEFAULT now(),
  excep               bytea,
  end_params          text,
  status              varchar(2),
  compensation_status varchar(2),
  is_running          boolean,
  gmt_updated         timestamp(3) NOT NULL DEFAULT now(),
  UNIQUE (business_key, tenant_id)
);
CREATE TABLE IF NOT EXISTS seata_state_inst (
  id                       varchar(48)  NOT NULL,
  machine_inst_id          varchar(128) NOT NULL,
  name                     varchar(128) NOT NULL,
  type                     varchar(20),
  service_name             varchar(128),
  service_method           varchar(128),
  service_type             varchar(16),
  business_key             varchar(48),
  state_id_compensated_for varchar(50),
  state_id_retried_for     varchar(50),
  gmt_started              timestamp(3) NOT NULL,
  is_for_update            boolean,
  input_params             text,
  output_params            text,
  status                   varchar(2)   NOT NULL,
  excep                    bytea,
  gmt_updated              timestamp(3) DEFAULT now(),
  gmt_end                  timestamp(3) DEFAULT now(),
  PRIMARY KEY (id, machine_inst_id)
);
