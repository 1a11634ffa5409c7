//! A submission as partners send it.

use async_graphql::{ID, InputObject, OneofObject};

use super::sections::{ActivityInput, DeclaredFigureInput, FinanceInput, NarrativeInput, SectionInputs};
use super::{Reader, mannered};
use crate::access::keys::ProgrammeKey;
use crate::api::graphql::codes::*;
use crate::api::graphql::scalars::*;
use crate::directory::period::Quarter;
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::identity::{self, Identity, StageOne};
use crate::reporting::intake::MOST_HOURS;
use crate::reporting::operations::{Content, Submission};
use crate::reporting::reason::ReasonAnswer;
use crate::reporting::rules::JustifiedWarning;
use crate::reporting::statement::{
    self, Answer, DepartmentCode, Exit, FollowUp, Participation, Support, parse_birth_year, parse_day,
};
use crate::reporting::version::{Channel, Digest};

/// A statement sent for a period, whole: what is not in it is no longer stated.
#[derive(InputObject)]
pub struct ReportSubmitInput {
    /// The project.
    pub project: ID,
    /// The period.
    pub period: PeriodScalar,
    /// The newest version of the project that you know; 0 if it has none. If it is not the newest, nothing is stored.
    pub base_version: i32,
    /// Whether the participations are all that there are.
    #[graphql(default_with = "StatementMode::Replace")]
    pub mode: StatementMode,
    /// With `REPLACE`, every participation that the project knows at the period's end, since its start; with `UPSERT`, the
    /// new and changed ones.
    pub participations: Vec<ParticipationInput>,
    /// With `UPSERT`, references of the base version that are no longer stated.
    #[graphql(default)]
    pub removals: Vec<ReferenceScalar>,
    /// Collective actions since the project's start. Absent, they stay as in the base version; so does every section.
    pub activities: Option<Vec<ActivityInput>>,
    /// Money spent and received since the project's start.
    pub finance: Option<FinanceInput>,
    /// Totals that you state yourself, held against the participations.
    pub declared_figures: Option<Vec<DeclaredFigureInput>>,
    /// What you tell in words.
    pub narrative: Option<NarrativeInput>,
    /// Answers to warnings.
    #[graphql(default)]
    pub justifications: Vec<JustificationInput>,
    /// Answers to the reasons for which earlier versions were returned.
    #[graphql(default)]
    pub answers: Vec<ReasonAnswerInput>,
    /// The `check` of a dry run: commits exactly what was checked, and is refused if anything has changed since.
    pub check: Option<DigestScalar>,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    pub idempotency_key: Option<String>,
}

/// The answer to every warning of a code, or to the one at a path.
#[derive(InputObject)]
pub struct JustificationInput {
    /// The finding's code.
    pub code: String,
    /// The finding's path; all findings of the code if absent.
    pub path: Option<String>,
    /// Why it stands, up to 1 000 characters, without any identity number.
    pub text: String,
}

/// The answer to a reason for which a version was returned.
#[derive(InputObject)]
pub struct ReasonAnswerInput {
    /// The reason, as `returnReasons` lists it.
    pub reason: ID,
    /// What was done about it, up to 2 000 characters, without any identity number.
    pub text: String,
}

/// One person's stay in the project.
#[derive(InputObject)]
pub struct ParticipationInput {
    /// Your own key of the participation, the same in every statement.
    pub reference: ReferenceScalar,
    /// Who it is; leave it out if not known.
    pub identity: Option<IdentityInput>,
    /// First day.
    pub entry_on: DateScalar,
    /// Sex.
    pub sex: Sex,
    /// Year of birth, or why there is none.
    pub birth_year: BirthYearScalar,
    /// Protection status at entry.
    pub protection_status: ProtectionStatus,
    /// French level at entry.
    pub french_at_entry: FrenchLevel,
    /// Highest education level.
    pub education: EducationLevel,
    /// Labour-market status at entry.
    pub labour_status: LabourStatus,
    /// Department of residence, or why there is none.
    pub residence_department: DepartmentScalar,
    /// Lives in a priority district (QPV).
    #[graphql(default_with = "Flag::NotCollected")]
    pub priority_district: Flag,
    /// Lives in a rural revitalisation area (FRR).
    #[graphql(default_with = "Flag::NotCollected")]
    pub rural_area: Flag,
    /// Has a recognised disability (RQTH).
    #[graphql(default_with = "Flag::NotCollected")]
    pub disability: Flag,
    /// Housing at entry.
    #[graphql(default_with = "Housing::NotCollected")]
    pub housing_at_entry: Housing,
    /// Supports received, by kind and quarter.
    #[graphql(default)]
    pub supports: Vec<SupportInput>,
    /// The exit, if the person has left.
    pub exit: Option<ExitInput>,
    /// The situation six months after the exit, if observed.
    pub follow_up: Option<FollowUpInput>,
}

/// Who a person is: a number, which is forgotten at once, or the pseudonym that you computed from it.
#[derive(OneofObject)]
pub enum IdentityInput {
    /// A number and its scheme.
    Number(IdentityNumberInput),
    /// Stage one: HMAC-SHA-256 of `SCHEME:value` under the programme's key, as 64 hexadecimal digits.
    StageOne(String),
}

/// A person's number. It is turned into a pseudonym at once; it is never stored, logged or shown.
#[derive(InputObject)]
pub struct IdentityNumberInput {
    /// The numbering scheme.
    pub scheme: IdentityScheme,
    /// The number.
    pub value: String,
}

/// Hours of one kind of support in one calendar quarter.
#[derive(InputObject)]
pub struct SupportInput {
    /// The kind.
    pub kind: SupportKind,
    /// The quarter.
    pub quarter: PeriodScalar,
    /// Whole hours received, 0 to 2 000.
    pub hours: i32,
}

/// How and to what a person left.
#[derive(InputObject)]
pub struct ExitInput {
    /// The last day.
    pub on: DateScalar,
    /// What the person went to.
    pub situation: ExitSituation,
    /// The contract; required for employment.
    pub contract: Option<ContractKind>,
    /// The contract's first day.
    pub contract_from: Option<DateScalar>,
    /// The contract's last day; required for fixed-term and temporary contracts.
    pub contract_to: Option<DateScalar>,
    /// The training; required for training.
    pub training: Option<TrainingKind>,
    /// French level at exit.
    #[graphql(default_with = "FrenchLevel::NotCollected")]
    pub french: FrenchLevel,
    /// Housing at exit.
    #[graphql(default_with = "Housing::NotCollected")]
    pub housing: Housing,
    /// Financial autonomy at exit.
    #[graphql(default_with = "Flag::NotCollected")]
    pub financial_autonomy: Flag,
}

/// What was observed six months after the exit.
#[derive(InputObject)]
pub struct FollowUpInput {
    /// The day of the observation.
    pub observed_on: DateScalar,
    /// The situation.
    pub situation: FollowUpSituation,
}

mannered!(ReportSubmitInput);

impl ReportSubmitInput {
    /// Reads the submission; a number that identifies a person is gone when this returns.
    pub fn read(self, key: &ProgrammeKey) -> Result<Submission, Vec<Refusal>> {
        let mut reader = Reader::default();
        let project = reader.read::<ProjectId>("input.project", &self.project);
        let period = reader.read::<Quarter>("input.period", &self.period.0);
        let base_version =
            reader.read_by("input.baseVersion", Code::RequestMalformed, u32::try_from(self.base_version).ok());
        let mut participations = Vec::with_capacity(self.participations.len());
        for (place, input) in self.participations.into_iter().enumerate() {
            participations.extend(input.read(&mut reader, &format!("input.participations[{place}]"), key));
        }
        let mut justifications = Vec::with_capacity(self.justifications.len());
        for (place, input) in self.justifications.into_iter().enumerate() {
            let text = reader.read(&format!("input.justifications[{place}].text"), &input.text);
            justifications.extend(text.map(|text| JustifiedWarning { code: input.code, path: input.path, text }));
        }
        let mut answers = Vec::with_capacity(self.answers.len());
        for (place, input) in self.answers.into_iter().enumerate() {
            answers.extend(input.read(&mut reader, &format!("input.answers[{place}]")));
        }
        let mut removals = Vec::with_capacity(self.removals.len());
        for (place, reference) in self.removals.iter().enumerate() {
            removals.extend(reader.read::<statement::Reference>(&format!("input.removals[{place}]"), &reference.0));
        }
        let sent = SectionInputs {
            activities: self.activities,
            finance: self.finance,
            declared_figures: self.declared_figures,
            narrative: self.narrative,
        };
        let sections = sent.read(&mut reader, "input.");
        let check = self.check.map(|check| reader.read::<Digest>("input.check", &check.0));
        let submission = project.zip(period).zip(base_version).map(|((project, period), base_version)| Submission {
            project,
            period,
            base_version,
            content: Content { mode: self.mode.into(), participations, removals, sections },
            justifications,
            answers,
            check: check.flatten(),
            channel: Channel::GraphQl,
        });
        reader.finish(submission)
    }
}

impl ReasonAnswerInput {
    fn read(self, reader: &mut Reader, path: &str) -> Option<ReasonAnswer> {
        let answer = ReasonAnswer::parse(&self.reason, &self.text).map_err(|refusal| {
            let field = refusal.path.clone().unwrap_or_default();
            refusal.at(format!("{path}.{field}"))
        });
        reader.keep_at(answer)
    }
}

impl ParticipationInput {
    fn read(self, reader: &mut Reader, path: &str, key: &ProgrammeKey) -> Option<Participation> {
        let at = |field: &str| format!("{path}.{field}");
        let department = Answer::parse(&self.residence_department.0, DepartmentCode::parse);
        let reference = reader.read::<statement::Reference>(&at("reference"), &self.reference.0);
        let entry_on = reader.read_by(&at("entryOn"), Code::DateInvalid, parse_day(&self.entry_on.0));
        let birth_year = Answer::parse(&self.birth_year.0, parse_birth_year);
        let birth_year = reader.read_by(&at("birthYear"), Code::BirthYearInvalid, birth_year);
        let department = reader.keep(&at("residenceDepartment"), department.ok_or_else(unknown_department));
        let mut supports = Vec::with_capacity(self.supports.len());
        for (place, support) in self.supports.into_iter().enumerate() {
            supports.extend(support.read(reader, &at(&format!("supports[{place}]"))));
        }
        supports.sort();
        let exit = self.exit.map(|exit| exit.read(reader, &at("exit")));
        let follow_up = self.follow_up.map(|follow_up| {
            let observed_on =
                reader.read_by(&at("followUp.observedOn"), Code::DateInvalid, parse_day(&follow_up.observed_on.0));
            observed_on.map(|observed_on| FollowUp { observed_on, situation: follow_up.situation.into() })
        });
        Some(Participation {
            reference: reference?,
            person: self.identity.map_or(Identity::None, |identity| identity.read(key)),
            entry_on: entry_on?,
            sex: self.sex.into(),
            birth_year: birth_year?,
            protection_status: self.protection_status.into(),
            french_at_entry: self.french_at_entry.into(),
            education: self.education.into(),
            labour_status: self.labour_status.into(),
            residence_department: department?,
            priority_district: self.priority_district.into(),
            rural_area: self.rural_area.into(),
            disability: self.disability.into(),
            housing_at_entry: self.housing_at_entry.into(),
            supports,
            exit: match exit {
                Some(exit) => Some(exit?),
                None => None,
            },
            follow_up: match follow_up {
                Some(follow_up) => Some(follow_up?),
                None => None,
            },
        })
    }
}

fn unknown_department() -> Refusal {
    Refusal::new(Code::CodeUnknown).with("list", "departments")
}

impl IdentityInput {
    fn read(self, key: &ProgrammeKey) -> Identity {
        match self {
            Self::Number(number) => {
                let value = zeroize::Zeroizing::new(number.value);
                identity::pseudonymise(number.scheme.into(), &value, key)
            }
            Self::StageOne(hexadecimal) => StageOne::parse(&hexadecimal).map_or(Identity::Malformed, Identity::Known),
        }
    }
}

impl SupportInput {
    fn read(self, reader: &mut Reader, path: &str) -> Option<Support> {
        let quarter = reader.read::<Quarter>(&format!("{path}.quarter"), &self.quarter.0);
        let hours = u32::try_from(self.hours).ok().filter(|hours| *hours <= MOST_HOURS);
        let invalid = || Refusal::new(Code::HoursInvalid).with("limit", MOST_HOURS);
        let hours = reader.keep(&format!("{path}.hours"), hours.ok_or_else(invalid));
        Some(Support { kind: self.kind.into(), quarter: quarter?, hours: hours? })
    }
}

impl ExitInput {
    fn read(self, reader: &mut Reader, path: &str) -> Option<Exit> {
        let mut day = |field: &str, text: Option<DateScalar>| match text {
            Some(text) => reader.read_by(&format!("{path}.{field}"), Code::DateInvalid, parse_day(&text.0)).map(Some),
            None => Some(None),
        };
        let on = day("on", Some(self.on));
        let contract_from = day("contractFrom", self.contract_from);
        let contract_to = day("contractTo", self.contract_to);
        Some(Exit {
            on: on??,
            situation: self.situation.into(),
            contract: self.contract.map(Into::into),
            contract_from: contract_from?,
            contract_to: contract_to?,
            training: self.training.map(Into::into),
            french: self.french.into(),
            housing: self.housing.into(),
            financial_autonomy: self.financial_autonomy.into(),
        })
    }
}
