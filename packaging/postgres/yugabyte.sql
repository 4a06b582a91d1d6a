-- YugabyteDB 2024 or later: a hub's tables over several machines. On paper: written from the manual and not run, see
-- docs/scale.md.
--
-- Keys are kept in ranges that split as they grow (the database is made for it below), and every table that grows has
-- distributor and shop first in its key: the rows of a shop stay together, those of many shops spread out.

CREATE DATABASE kulakan OWNER kulakan;
\connect kulakan
ALTER DATABASE kulakan SET yb_use_hash_splitting_by_default = off;
ALTER DATABASE kulakan SET yb_enable_read_committed_isolation = off;
-- From here on as with any PostgreSQL: KULAKAN_DATABASE=postgres://kulakan@HOST:5433/kulakan kulakan hub init --name NAME
