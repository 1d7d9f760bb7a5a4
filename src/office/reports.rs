//! A machine's report: attached to its ticket, or a ticket that is never answered, with the report's fields as its text.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::desk::event::{MessageRef, Origin};
use crate::desk::rules::Queue;
use crate::mail::understood::Understood;
use crate::mail::{Mail, Timestamp, read_feedback};
use crate::store::Tx;

impl Clerk {
    pub(super) fn report(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        queue: Option<&Queue>,
        is_old: bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let evidence = self.evidence(tx, &understood.mail, now)?;
        match self.ticket_of(tx, &evidence)? {
            Some(_) => self.automatic(tx, message, understood, now),
            None => {
                let sorted = self.sorting.of(&understood.mail);
                self.opens(tx, message, understood, queue, Origin::Machine, &sorted, is_old, now)
            }
        }
    }
}

/// The fields first: whatever a long text below them says, they are what the report is for.
pub(super) fn text(mail: &Mail) -> String {
    let Some(feedback) = read_feedback(mail) else { return mail.text.clone() };
    let fields = feedback.fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
    format!("{}\n{}", fields.collect::<String>(), mail.text).trim_end().to_owned()
}
