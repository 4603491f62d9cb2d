-- Roles with least rights and their database: run once by a superuser, again whenever it changes.
--
--     runuser -u postgres -- psql < tools/postgresql/roles.sql        (-v database=tthc for another name)
--
-- Passwords are given beside, where no list of processes shows them: psql -c '\password tthc_app', and the others.
-- tthc_owner migrates (`flask db upgrade`) and nothing else. tthc_app serves: web, scheduler, commands.
-- tthc_read reads: DATABASE_READ_URL, and whoever looks with a tool of his own; it sees what is personal too.
\set ON_ERROR_STOP on
\if :{?database} \else \set database tthc \endif

SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['tthc_owner', 'tthc_app', 'tthc_read']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SELECT format('CREATE DATABASE %I OWNER tthc_owner ENCODING ''UTF8'' TEMPLATE template0', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO tthc_owner, tthc_app, tthc_read;

-- What the product asks of every connection, for those that come through PgBouncer and cannot ask it themselves.
SELECT format('ALTER ROLE %I IN DATABASE %I SET %s', role, :'database', setting)
  FROM unnest(ARRAY['tthc_app', 'tthc_read']) AS role,
       unnest(ARRAY['timezone = ''UTC''', 'lock_timeout = ''5s''', 'statement_timeout = ''60s''',
                    'idle_in_transaction_session_timeout = ''10min''', 'jit = off', 'join_collapse_limit = 4',
                    'random_page_cost = 1.1']) AS setting \gexec
SELECT format('ALTER ROLE tthc_read IN DATABASE %I SET default_transaction_read_only = on', :'database') \gexec

\connect :"database"
ALTER SCHEMA public OWNER TO tthc_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tthc_app, tthc_read;
ALTER DEFAULT PRIVILEGES FOR ROLE tthc_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tthc_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tthc_owner IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tthc_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tthc_owner IN SCHEMA public GRANT SELECT ON TABLES TO tthc_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tthc_app;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO tthc_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO tthc_read;
