//! Payments in a history: made, and found to be wrong.

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::directory::money::Cents;
use faisceau::directory::operations as directory;
use faisceau::directory::payment::{PaymentDetails, PaymentKind};

use super::history::{Moved, Play, day_of, unless_refused};
use super::model::PlainPayment;

impl Play {
    /// Pays a project some euros, some days after the programme's first.
    pub fn pay(&mut self, project: usize, euros: u16, day: u8) -> Moved {
        let (on, cents) = (day_of(u16::from(day)), i64::from(euros) * 100);
        let details = PaymentDetails { kind: PaymentKind::Interim, amount: Cents(cents), paid_on: on };
        let (desk, id) = (&self.stage.desk, &self.projects[project].id);
        let paid = directory::record_payment(desk, &at_the_console(Role::Operator), id, details);
        let Some(payment) = unless_refused(paid) else { return Moved::NoFigure };
        let recorded = self.head();
        self.payments.push(PlainPayment { project, on, cents, recorded, cancelled: None });
        self.payment_ids.push(payment.id);
        Moved::Figures
    }

    /// Cancels one of the payments that stand.
    pub fn cancel_payment(&mut self, pick: u8) -> Moved {
        let standing: Vec<usize> =
            (0..self.payments.len()).filter(|place| self.payments[*place].cancelled.is_none()).collect();
        let Some(place) = standing.get(usize::from(pick) % standing.len().max(1)) else { return Moved::NoFigure };
        let (id, payment) = (&self.projects[self.payments[*place].project].id, &self.payment_ids[*place]);
        let reason = "Because.".parse().unwrap();
        directory::cancel_payment(&self.stage.desk, &at_the_console(Role::Operator), id, payment, &reason).unwrap();
        self.payments[*place].cancelled = Some(self.head());
        Moved::Figures
    }
}
