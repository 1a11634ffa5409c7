-- The second wall (row-level security) is PostgreSQL's: SQLite has nothing of the kind, and changes nothing here.
SELECT 1;
