//! A mail that a person wrote: an agent's, if it commands something here; else anybody's.

use super::clerk::{Clerk, sender};
use super::command::Outcome;
use super::error::OfficeError;
use crate::authority::Checked;
use crate::config::Role;
use crate::desk::event::MessageRef;
use crate::desk::rules::Queue;
use crate::mail::Timestamp;
use crate::mail::understood::Understood;
use crate::store::Tx;

impl Clerk {
    #[expect(clippy::too_many_arguments, reason = "as `opens`")]
    pub(super) fn human(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        checked: &Checked,
        role: &Role,
        queue: Option<&Queue>,
        is_old: bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let (commanding, signed) = self.commanding(tx, message, understood, checked, now)?;
        let understood = signed.as_ref().unwrap_or(understood);
        match (role, commanding) {
            (_, Some(commanding)) => {
                match self.command(tx, message, understood, &commanding, now)? {
                    Outcome::Handled => Ok(()),
                    Outcome::NotTheirs => self.person(tx, message, understood, queue, is_old, now),
                }
            }
            (Role::Bounces { .. }, None) => {
                let sorted = self.sorting.of(&understood.mail);
                self.to_nobody(tx, message, &sender(&understood.mail).address, &sorted, now)
            }
            (Role::Queue(_), None) => self.person(tx, message, understood, queue, is_old, now),
        }
    }
}
