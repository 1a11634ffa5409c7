//! The second wall: for whom a transaction works, as PostgreSQL is told when it begins. Row-level security then lets it
//! read and write what belongs to them and nothing else, whatever the query forgot.
//!
//! It knows no capability: whoever makes a party knows why. SQLite has no such wall and is told nothing. The policies are in
//! `migrations/postgresql/0018_wall`.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::connection::AnyConnection;
use crate::refusal::{Failure, Outcome};

/// The roles that transactions take; none of them logs in.
pub const ROLES: [&str; 5] = [
    APPLICATION,
    "faisceau_access",
    "faisceau_consolidation",
    "faisceau_links",
    // Nobody takes this one: it runs the function that says whose a project is.
    "faisceau_ownership",
];

/// The role of whatever is done for somebody, and of every connection between transactions.
pub(super) const APPLICATION: &str = "faisceau_application";

/// How a connection goes behind the wall between transactions, if its login may and the wall is there: it then sees nothing
/// that belongs to anybody.
pub(super) const STEP_BEHIND: &str = "SELECT set_config('role', rolname, false) FROM pg_roles \
    WHERE rolname = 'faisceau_application' AND pg_has_role(session_user, oid, \
    CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)";

/// Tables that belong to nobody: the programme's own, and single rows of counters.
pub const OPEN_TABLES: [&str; 11] = [
    "access_head",
    "calls",
    "definition_versions",
    "journal_head",
    "period_due_dates",
    "privacy_head",
    "programme_revisions",
    "programmes",
    "reporting_periods",
    "retention_settings",
    "sequence_head",
];

/// What an administrator of the server runs once where the login of `faisceau migrate` may not make roles.
pub const ROLES_SQL: &str = include_str!("roles.sql");

/// For whom a transaction works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Party {
    /// For nobody: only what belongs to nobody is seen.
    #[default]
    Nobody,
    /// For an organisation, perhaps held to some of its projects.
    Organisation(String, Held),
    /// For staff, who see every organisation; perhaps held to some projects.
    Staff(Held),
    /// For whoever looks callers up: clients, accounts, sessions, tokens.
    Recognition,
    /// For figures and for the journal's numbers and links: reads all that is reported, knows no caller and no person's link.
    Consolidation,
}

/// The only projects that are meant, if some are.
pub type Held = Option<Arc<[String]>>;

impl Party {
    /// What PostgreSQL is told after a transaction has begun.
    pub(super) fn statements(&self) -> String {
        let (role, tenant, held) = match self {
            Self::Nobody => (APPLICATION, "", &None),
            Self::Organisation(id, held) => (APPLICATION, id.as_str(), held),
            Self::Staff(held) => (APPLICATION, "*", held),
            Self::Recognition => ("faisceau_access", "", &None),
            Self::Consolidation => ("faisceau_consolidation", "", &None),
        };
        let held = held.as_ref().map(|held| held.join(",")).unwrap_or_default();
        format!(
            "SET LOCAL ROLE {role}; SET LOCAL faisceau.tenant = {}; SET LOCAL faisceau.projects = {}",
            quoted(tenant),
            quoted(&held)
        )
    }
}

/// A text as SQL has it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Takes the role of the person-link table for some statements of a transaction that works for somebody, and gives it
/// back: nothing else of what the transaction does can meet a link.
pub fn among_links<T>(
    connection: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> Outcome<T>,
) -> Outcome<T> {
    let AnyConnection::Postgresql(_) = connection else { return work(connection) };
    connection.batch_execute("SET LOCAL ROLE faisceau_links")?;
    // After an error the transaction ends, and the role with it.
    let result = work(connection)?;
    connection.batch_execute(&format!("SET LOCAL ROLE {APPLICATION}"))?;
    Ok(result)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    value: String,
}

/// What is wrong with the wall, one sentence each; nothing on SQLite, which has none.
fn gaps(connection: &mut AnyConnection) -> Outcome<Vec<String>> {
    let AnyConnection::Postgresql(_) = connection else { return Ok(Vec::new()) };
    let listed = |names: &[&str]| names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let (roles, open) = (listed(&ROLES), listed(&OPEN_TABLES));
    let queries = [
        format!(
            "SELECT 'role ' || wanted || ' is missing' AS value FROM unnest(ARRAY[{roles}]) AS wanted \
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) ORDER BY 1"
        ),
        format!(
            "SELECT 'role ' || rolname || ' may log in or passes by row-level security' AS value FROM pg_roles \
             WHERE rolname IN ({roles}) AND (rolsuper OR rolbypassrls OR rolcanlogin) ORDER BY 1"
        ),
        format!(
            "SELECT 'this login may not take role ' || rolname AS value FROM pg_roles WHERE rolname IN ({roles}) \
             AND rolname <> 'faisceau_ownership' AND NOT pg_has_role(session_user, oid, \
             CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) ORDER BY 1"
        ),
        format!(
            "SELECT 'table ' || relname || ' is not behind forced row-level security' AS value FROM pg_class \
             WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') \
             AND relname NOT IN ({open}, '__diesel_schema_migrations') \
             AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1"
        ),
    ];
    let mut found = Vec::new();
    for query in queries {
        found.extend(diesel::sql_query(query).load::<Found>(connection)?.into_iter().map(|found| found.value));
    }
    Ok(found)
}

/// Refuses a database whose wall has a gap; says what stands otherwise. It needs no role of the wall, which may be missing.
pub(super) fn check(connection: &mut AnyConnection) -> Outcome<String> {
    let gaps = gaps(connection)?;
    if !gaps.is_empty() {
        return Err(Failure::fault(format!(
            "the wall between organisations has a gap: {}; run `faisceau migrate`, and as an administrator of the server what `faisceau migrate --roles` prints",
            gaps.join("; ")
        )));
    }
    let AnyConnection::Postgresql(_) = connection else {
        return Ok("SQLite has no second wall: organisations are kept apart by the program alone".to_owned());
    };
    let passes = "SELECT CASE WHEN rolsuper OR rolbypassrls THEN 'passes' \
                  WHEN pg_has_role(session_user, 'faisceau_consolidation', 'USAGE') THEN 'inherits' ELSE 'no' END AS value \
                  FROM pg_roles WHERE rolname = session_user";
    let login = diesel::sql_query(passes).get_result::<Found>(connection)?.value;
    Ok(match login.as_str() {
        "no" => "row-level security is forced; every transaction takes a role behind it".to_owned(),
        "inherits" => "row-level security is forced; every transaction takes a role behind it, but the login has the rights \
                       of every role at once: better is one that is NOINHERIT"
            .to_owned(),
        _ => "row-level security is forced; every transaction takes a role behind it, but the login itself could pass by \
              it: better is one that is neither superuser nor BYPASSRLS"
            .to_owned(),
    })
}
