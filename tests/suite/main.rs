//! The suite: behaviour shown on real parts, on the database that `FAISCEAU_TEST_DATABASE` names.
//!
//! `sqlite` (the default) or `postgresql`; for the latter `FAISCEAU_TEST_POSTGRES_URL` is a server on which databases
//! may be made. `./task check` runs the suite once on each.

mod support;

mod annulment;
mod bad_directory;
mod bad_files;
mod bad_input;
mod bombs;
mod canaries;
mod certification;
mod chain;
mod changes;
mod closings;
mod code_lists;
mod configuration;
mod definitions;
mod differences;
mod directory;
mod due_dates;
mod edge;
mod explain;
mod exports;
mod first_steps;
mod forgeries;
mod formats;
mod idempotency;
mod jobs;
mod journey;
mod kept;
mod kill;
mod laws;
mod lifecycle;
mod lifecycle_over_rest;
mod long_writes;
mod machines;
mod matrix;
mod migrations;
mod neighbours;
mod nodes;
mod oracle;
mod overlaps;
mod people;
mod privacy;
mod programme_roles;
mod pseudonymise;
mod push;
mod retold;
mod return_reasons;
mod review_queue;
mod rules;
mod sandbox;
mod self_check;
mod settings;
mod slices;
mod storage;
mod strangers;
mod waivers;
mod wall;
mod walls;
mod workbooks;
