//! What partners of the story answer to warnings, and which warnings will come: the rules are pure, so they can be asked
//! without any service.

use std::collections::BTreeMap;

use secrecy::SecretBox;

use super::{PlannedProject, PlannedReport, Story, text};
use crate::directory::period::Quarter;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::reporting::head::Head;
use crate::reporting::identity::ProgrammeKey;
use crate::reporting::record::Record;
use crate::reporting::rules::{self, Answers, Case, JustifiedWarning, Previous, RuleCount, Severity};
use crate::reporting::statement::{Participation, Statement};

/// What a partner of the story says of each warning.
pub(super) fn answers(counts: &[RuleCount]) -> Vec<JustifiedWarning> {
    let warnings = counts.iter().filter(|count| count.rule.severity == Severity::Warning);
    let answer = |count: &RuleCount| {
        let words = match count.rule.code {
            "PARTICIPATIONS_JUMP" | "ENTRIES_UNUSUAL" => {
                "Ouverture d'une nouvelle session : les entrées du trimestre sont vérifiées."
            }
            "TARGET_EXCEEDED" => "Davantage de personnes orientées que prévu ; un avenant est demandé.",
            "TARGET_FAR_AT_MID_TERM" => "Démarrage retardé ; deux sessions sont programmées pour rattraper la cible.",
            "FOLLOW_UP_MISSING_MANY" => "Rappels en cours : les coordonnées de plusieurs personnes ont changé.",
            _ => "Vérifié avec l'équipe du projet : la valeur est exacte.",
        };
        JustifiedWarning { code: count.rule.code.to_owned(), path: None, text: text(words) }
    };
    warnings.map(answer).collect()
}

/// A project's submissions so far, as the rules look back on them.
pub(super) struct Rehearsal<'a> {
    programme: &'a Programme,
    project: Project,
    newest: Option<(Quarter, Head)>,
    approved: bool,
    counts: BTreeMap<Quarter, u32>,
}

impl<'a> Rehearsal<'a> {
    /// A project that has sent nothing yet; its identifiers mean nothing.
    pub(super) fn of(planned: &PlannedProject, story: &Story, programme: &'a Programme) -> Self {
        let organisations: Vec<_> = story.organisations.iter().map(|_| OrganisationId::new()).collect();
        let project = Project {
            id: ProjectId::new(),
            programme: programme.id.clone(),
            sandbox: false,
            details: planned.details(&organisations),
        };
        Self { programme, project, newest: None, approved: false, counts: BTreeMap::new() }
    }

    /// What the partner answers to the warnings about a statement, which then becomes the newest one.
    pub(super) fn send(&mut self, report: &PlannedReport, statement: &Statement) -> Vec<JustifiedWarning> {
        let period = self.programme.details.periods.iter().find(|period| period.code == report.period);
        let previous =
            self.newest.as_ref().map(|(period, head)| Previous { period: *period, approved: self.approved, head });
        let history: Vec<_> = self.counts.range(..report.period).map(|(period, count)| (*period, *count)).collect();
        let case = Case {
            programme: self.programme,
            project: &self.project,
            period: period.expect("the story reports its own periods"),
            statement,
            previous: previous.as_ref(),
            history: &history,
        };
        let answers = answers(&rules::check(&case, &Answers::new(&[], &[])).counts);
        let record =
            |one: &Participation| Record { participation: one.clone().with_person(None), salt: [0; 16], hash: [0; 32] };
        let records = statement.participations.iter().map(record).collect();
        self.newest = Some((report.period, Head::new(records, Vec::new(), statement.sections.clone())));
        self.approved = false;
        self.counts.insert(report.period, statement.participations.len() as u32);
        answers
    }

    /// The newest statement is approved.
    pub(super) fn approve(&mut self) {
        self.approved = true;
    }
}

/// A key for statements that no service ever sees.
pub(super) fn key() -> ProgrammeKey {
    SecretBox::new(Box::new([0; 32]))
}

/// The story's programme, as if it were registered.
pub(super) fn programme(story: &Story) -> Programme {
    Programme { id: ProgrammeId::new(), details: story.programme.clone() }
}
