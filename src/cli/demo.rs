//! `faisceau demo`: from nothing to national figures in one command, then a server to try.
//!
//! Everything lives in one folder: the database, and beside it the keys, readable by their owner only. A second start
//! finds the first one's work; a start that was interrupted is begun again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Place, export, start_log, totals};
use crate::access::issuer::Issuer;
use crate::access::keys::KeyRing;
use crate::access::operations::{self as access, at_the_console};
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::api::server::{self, Listening};
use crate::api::service::Service;
use crate::clock::{Clock, Instant};
use crate::configuration::LogFormat;
use crate::consolidation::question::Question;
use crate::demo::{APPROVER, PlannedProject, Story, close, partner_client, play};
use crate::directory::operations as directory;
use crate::directory::project::Project;
use crate::private;
use crate::refusal::{Failure, Language, Outcome};
use crate::storage::{Location, Store, migrations};

/// How long the printed tokens live: a working day. Others live ten minutes.
const TOKEN_SECONDS: i64 = 12 * 3600;

/// Says that a folder holds the whole story.
const DONE: &str = "demo-complete";

#[derive(Args)]
pub(super) struct DemoArguments {
    /// The folder of the demo's database and keys.
    #[arg(long, default_value = "faisceau-demo")]
    data: PathBuf,
    /// A PostgreSQL database to use instead of the folder's SQLite; empty, or that of an earlier demo in this folder.
    #[arg(long)]
    database_url: Option<String>,
    /// The port to serve on; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// End after printing the figures.
    #[arg(long)]
    no_serve: bool,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
    /// Write the story as files into this folder, without any database, and end.
    #[arg(long, value_name = "FOLDER")]
    export: Option<PathBuf>,
}

pub(super) fn demo(arguments: &DemoArguments) -> Outcome<()> {
    start_log("warn", LogFormat::Text);
    if let Some(folder) = &arguments.export {
        return export::export(folder);
    }
    // The address first: better to hear of a taken port before the work than after it.
    let listening = if arguments.no_serve { None } else { Some(listen(arguments.port)?) };
    let started = Stopwatch::now();
    let story = Story::tell();
    let desk = prepare(arguments, &story)?;
    let issuer = listening.as_ref().map_or_else(Issuer::default, |listening| Issuer::of_listener(listening.address()));
    let desk = desk.with_issuer(issuer);
    let told = Told::of(&desk, &story, listening.as_ref())?;
    if arguments.json {
        println!("{:#}", told.json(&story)?);
    } else {
        println!("{}", told.text(&story, &arguments.data, started.elapsed().as_secs_f64()));
    }
    match listening {
        Some(listening) => {
            let service = Service::new(desk)?;
            service.consolidation.catch_up(&service.desk, &at_the_console(Role::Auditor))?;
            listening.serve(service)
        }
        None => Ok(()),
    }
}

fn listen(port: u16) -> Outcome<Listening> {
    server::listen(&format!("127.0.0.1:{port}")).map_err(|failure| {
        Failure::fault(format!("{failure} (perhaps another demo is running; `--port 0` takes a free port)"))
    })
}

/// Makes or finds the demo's database and keys, and plays the story if it has not been played to its end.
fn prepare(arguments: &DemoArguments, story: &Story) -> Outcome<Desk> {
    let folder = &arguments.data;
    let keys_folder = folder.join("keys");
    let file = folder.join("faisceau.db").to_string_lossy().into_owned();
    let place = Place {
        database_url: Some(arguments.database_url.clone().unwrap_or(file)),
        keys: Some(keys_folder.clone()),
        ..Place::default()
    };
    let location = place.location()?;
    private::create_folder(folder)?;
    let _building = lock(folder)?;
    let done = folder.join(DONE);
    let story_is_told = done.exists();
    if let (false, Location::Sqlite(file)) = (story_is_told, &location) {
        remove_unfinished(file)?;
    }
    let made = KeyRing::create(&keys_folder, &[story.programme.code.as_str()])?;
    if !made.is_empty() && !arguments.json {
        let place = keys_folder.display();
        eprintln!(
            "Made the demo's own keys in {place}, readable by you alone. A real deployment keeps them elsewhere."
        );
    }
    migrations::run(&location)?;
    let keys = Arc::new(KeyRing::load(&keys_folder)?);
    let store = Store::open(location)?;
    if !story_is_told {
        let past = Desk::new(store.clone(), Clock::set_to(Instant(0)), Arc::clone(&keys));
        play_with_progress(&past, story)?;
        close(&past, story)?;
        std::fs::write(&done, "The story was played to its end.\n")
            .map_err(|error| Failure::fault(format!("cannot write {}: {error}", done.display())))?;
    }
    Ok(Desk::new(store, Clock::System, keys))
}

/// Lets one demo at a time build in a folder; another one waits for it and then finds its work.
fn lock(folder: &Path) -> Outcome<std::fs::File> {
    let locked = std::fs::File::create(folder.join("lock")).and_then(|file| file.lock().map(|()| file));
    locked.map_err(|error| Failure::fault(format!("cannot lock {}: {error}", folder.display())))
}

/// Removes what an interrupted demo left.
fn remove_unfinished(file: &Path) -> Outcome<()> {
    for suffix in ["", "-wal", "-shm"] {
        let leftover = PathBuf::from(format!("{}{suffix}", file.display()));
        if leftover.exists() {
            std::fs::remove_file(&leftover)
                .map_err(|error| Failure::fault(format!("cannot remove {}: {error}", leftover.display())))?;
        }
    }
    Ok(())
}

fn play_with_progress(desk: &Desk, story: &Story) -> Outcome<()> {
    let bar = ProgressBar::new(0);
    let style =
        ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_message("submissions, returns and approvals");
    play(desk, story, |done, count| {
        bar.set_length(count as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(())
}

/// What a start tells: figures, address, tokens, commands.
struct Told {
    answer: crate::consolidation::answer::Answer,
    serving: Option<Serving>,
}

struct Serving {
    url: String,
    partner: String,
    partner_token: String,
    officer_token: String,
    commands: Vec<(&'static str, String)>,
}

impl Told {
    fn of(desk: &Desk, story: &Story, listening: Option<&Listening>) -> Outcome<Self> {
        let answer = totals::ask(desk, &Question::of(story.programme.code.clone()))?;
        let serving = listening.map(|listening| Serving::of(desk, story, listening)).transpose()?;
        Ok(Self { answer, serving })
    }

    fn json(&self, story: &Story) -> Outcome<serde_json::Value> {
        let totals = totals::json(story.programme.code.as_str(), &self.answer, Language::En)?;
        let totals: serde_json::Value =
            serde_json::from_str(&totals).map_err(|_| Failure::fault("the totals are not JSON"))?;
        let serving = self.serving.as_ref().map(|serving| {
            let commands: Vec<&str> = serving.commands.iter().map(|(_, command)| command.as_str()).collect();
            json!({
                "url": serving.url,
                "partner": serving.partner,
                "partnerToken": serving.partner_token,
                "officerToken": serving.officer_token,
                "commands": commands,
            })
        });
        Ok(json!({ "totals": totals, "serving": serving }))
    }

    fn text(&self, story: &Story, folder: &Path, seconds: f64) -> String {
        let mut text = format!(
            "\n{} — {}\n{} projects and {} people, all fictional. Ready after {seconds:.1} s, in {}.\n\n{}\n",
            story.programme.code,
            story.programme.name_en,
            story.projects.len(),
            story.people.len(),
            folder.display(),
            totals::table(&self.answer, Language::En),
        );
        if let Some(serving) = &self.serving {
            text.push_str(&serving.text());
        }
        text
    }
}

impl Serving {
    fn of(desk: &Desk, story: &Story, listening: &Listening) -> Outcome<Self> {
        let url = format!("http://{}", listening.address());
        let operator = at_the_console(Role::Operator);
        let silent = silent_project(story)?;
        let partner = partner_client(silent.code.as_str());
        let token = |client: &str| access::issue_token_at_the_console(desk, &operator, client, TOKEN_SECONDS);
        let (partner_token, officer_token) = (token(&partner)?, token(APPROVER)?);
        let silent_project = find_project(desk, &operator, story, silent)?;
        let versions = newest_version(desk, &silent_project)?;
        let batir = story.projects.iter().find(|project| project.code.as_str() == "BATIR");
        let batir = find_project(desk, &operator, story, batir.unwrap_or(silent))?;
        let commands = vec![
            (
                "Push a report that is wrong (its one participation ends before it begins), and read what is found",
                curl(&url, &partner_token, &push(silent, &silent_project, versions)),
            ),
            ("Ask for national totals", curl(&url, &officer_token, &national(story))),
            ("Show one project's figures", curl(&url, &officer_token, &project(&batir))),
            ("Read which figures are published, without a token", format!("curl -s '{url}/v1/closings'")),
        ];
        Ok(Self { url, partner, partner_token, officer_token, commands })
    }

    fn text(&self) -> String {
        let mut text = format!(
            "\nServing on {url}, with a playground at {url}/playground. Ctrl-C stops.\n\n\
             Token of {}, the partner whose project has not reported 2023-Q4 (12 hours):\n{}\n\n\
             Token of an officer (12 hours):\n{}\n",
            self.partner,
            self.partner_token,
            self.officer_token,
            url = self.url,
        );
        for (place, (title, command)) in self.commands.iter().enumerate() {
            text.push_str(&format!("\n{}. {title}:\n{command}\n", place + 1));
        }
        text
    }
}

/// The project that has not reported the last period: the one for which something is still to be pushed.
fn silent_project(story: &Story) -> Outcome<&PlannedProject> {
    let last = story.programme.periods.last().map(|period| period.code);
    let silent = story.projects.iter().find(|project| Some(project.last_period) != last);
    silent.ok_or_else(|| Failure::fault("every project of the story has reported"))
}

fn find_project(desk: &Desk, scope: &Scope, story: &Story, planned: &PlannedProject) -> Outcome<Project> {
    let not_found = || Failure::fault("the demo's database is not that of this version; remove its folder");
    let programme = directory::find_programme(desk, scope, story.programme.code.as_str())?.ok_or_else(not_found)?;
    directory::find_project_by_code(desk, scope, &programme.id, planned.code.as_str())?.ok_or_else(not_found)
}

fn newest_version(desk: &Desk, project: &Project) -> Outcome<u32> {
    let auditor = at_the_console(Role::Auditor);
    let page = crate::page::PageRequest::new(crate::page::LARGEST_PAGE, None).map_err(Failure::Refused)?;
    let versions = crate::reporting::operations::list_versions(desk, &auditor, project, &page)?;
    Ok(versions.items.last().map_or(0, |version| version.number))
}

fn push(planned: &PlannedProject, project: &Project, base_version: u32) -> serde_json::Value {
    let entry_on = planned.agreement_from.saturating_add(jiff::Span::new().days(60));
    let exit_on = entry_on.saturating_sub(jiff::Span::new().days(1));
    json!({
        "query": "mutation Push($input: ReportSubmitInput!) { reportSubmit(input: $input) { version { number digest } userErrors { code message remedy } findings(first: 1) { nodes { severity code path message remedy } } findingCounts { code severity count } } }",
        "variables": { "input": {
            "project": project.id.as_str(),
            "period": "2023-Q4",
            "baseVersion": base_version,
            "participations": [{
                "reference": "NEW-0001",
                "identity": { "number": { "scheme": "AGDREF", "value": "9603017422" } },
                "entryOn": entry_on.to_string(),
                "sex": "F",
                "birthYear": "1994",
                "protectionStatus": "REFUGEE",
                "frenchAtEntry": "A2",
                "education": "LEVEL_3",
                "labourStatus": "UNEMPLOYED",
                "residenceDepartment": project.details.department.code,
                "exit": { "on": exit_on.to_string(), "situation": "SEEKING" },
            }],
        } },
    })
}

fn national(story: &Story) -> serde_json::Value {
    json!({
        "query": "query National($code: String!) { programme(code: $code) { consolidation { position day coverage { expected inForce partial missing } figures(unit: PERSON) { indicator { code } display numerator denominator } } } }",
        "variables": { "code": story.programme.code.as_str() },
    })
}

fn project(project: &Project) -> serde_json::Value {
    json!({
        "query": "query Project($id: ID!) { project(id: $id) { code title lead { name } grant { amount } eligibleCost { amount } interventionRate consolidation { figures(unit: PERSON) { indicator { code } display numerator denominator } } } }",
        "variables": { "id": project.id.as_str() },
    })
}

fn curl(url: &str, token: &str, body: &serde_json::Value) -> String {
    // Inside single quotes a shell leaves everything as it is, and our queries hold none.
    format!("curl -s {url}/graphql -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{body}'")
}
