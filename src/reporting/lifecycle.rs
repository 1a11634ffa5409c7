//! The lifecycle of a report: one table of states and actions, in this one file.
//!
//! "Later" means that a later period of the project already has a version: then nothing can be submitted here any
//! more, and what would come back to the partner is superseded instead. Where the programme asks for certification, a
//! submission waits with the partner until a second person there has signed it.

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// With the partner; nothing of the current work is with the funder.
    Draft,
    /// Frozen, and waiting for a second person at the partner; not with the funder yet.
    AwaitingCertification,
    /// Frozen and sent; nobody at the funder has begun.
    Submitted,
    /// Under review by the funder.
    InReview,
    /// Back with the partner, with reasons.
    Returned,
    /// Approved; its version is, or was, in force.
    Approved,
    /// Ended without approval, because a later period has been reported.
    Superseded,
}

/// What can be done to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The partner freezes a version and sends it.
    Submit,
    /// A second person at the partner signs it, so that it reaches the funder.
    Certify,
    /// The partner takes a submission back.
    Recall,
    /// An officer begins to review.
    StartReview,
    /// An officer sends it back with reasons.
    Return,
    /// Another person, of the funder, approves.
    Approve,
    /// An officer asks for a new version; the approved one stays in force until a newer one is approved.
    Reopen,
    /// An officer takes an approved version out of force.
    Annul,
}

/// What decides beside state and action.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances {
    /// A later period of the project already has a version.
    pub later_period_reported: bool,
    /// The programme asks a second person at the partner to certify.
    pub certification: bool,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::AwaitingCertification,
        Self::Submitted,
        Self::InReview,
        Self::Returned,
        Self::Approved,
        Self::Superseded,
    ];

    /// Its code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::AwaitingCertification => "AWAITING_CERTIFICATION",
            Self::Submitted => "SUBMITTED",
            Self::InReview => "IN_REVIEW",
            Self::Returned => "RETURNED",
            Self::Approved => "APPROVED",
            Self::Superseded => "SUPERSEDED",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The table: where an action leads from here, if it is allowed.
    pub fn after(self, action: Action, circumstances: Circumstances) -> Option<Self> {
        let Circumstances { later_period_reported: later, certification } = circumstances;
        let unless_superseded = |state| if later { Self::Superseded } else { state };
        match (self, action) {
            (Self::Draft | Self::Returned, Action::Submit) if !later => {
                Some(if certification { Self::AwaitingCertification } else { Self::Submitted })
            }
            (Self::AwaitingCertification, Action::Certify) => Some(Self::Submitted),
            (Self::AwaitingCertification | Self::Submitted, Action::Recall) => Some(unless_superseded(Self::Draft)),
            (Self::Submitted, Action::StartReview) => Some(Self::InReview),
            (Self::InReview, Action::Return) => Some(unless_superseded(Self::Returned)),
            (Self::InReview, Action::Approve) => Some(Self::Approved),
            (Self::Approved, Action::Reopen) if !later => Some(Self::Returned),
            // An earlier approved version may still be in force while the report is back with the partner. A partner
            // cannot hold that off by never certifying.
            (
                Self::Approved | Self::Returned | Self::Draft | Self::AwaitingCertification | Self::Superseded,
                Action::Annul,
            ) => Some(unless_superseded(Self::Returned)),
            _ => None,
        }
    }

    /// Whether the report's newest version is with the funder, or was decided there.
    pub fn has_reached_funder(self) -> bool {
        !matches!(self, Self::Draft | Self::AwaitingCertification)
    }
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::Submit,
        Self::Certify,
        Self::Recall,
        Self::StartReview,
        Self::Return,
        Self::Approve,
        Self::Reopen,
        Self::Annul,
    ];

    /// Its code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Submit => "SUBMIT",
            Self::Certify => "CERTIFY",
            Self::Recall => "RECALL",
            Self::StartReview => "START_REVIEW",
            Self::Return => "RETURN",
            Self::Approve => "APPROVE",
            Self::Reopen => "REOPEN",
            Self::Annul => "ANNUL",
        }
    }

    /// The journal's name of what happened.
    pub fn event(self) -> &'static str {
        match self {
            Self::Submit => "report.submitted",
            Self::Certify => "report.certified",
            Self::Recall => "report.recalled",
            Self::StartReview => "report.review_started",
            Self::Return => "report.returned",
            Self::Approve => "report.approved",
            Self::Reopen => "report.reopened",
            Self::Annul => "report.annulled",
        }
    }

    /// What a caller needs to be allowed to do it.
    pub fn permission(self) -> crate::access::role::Permission {
        use crate::access::role::Permission;
        match self {
            Self::Submit | Self::Certify | Self::Recall => Permission::SubmitReports,
            _ => Permission::ReviewReports,
        }
    }
}
