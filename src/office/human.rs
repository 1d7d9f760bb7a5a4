//! A mail that a person wrote: an agent's, if it commands something here; one that goes in circles; else anybody's.

use super::clerk::{Clerk, sender};
use super::command::Outcome;
use super::error::OfficeError;
use super::proof::Judged;
use crate::authority::Checked;
use crate::config::Role;
use crate::desk::event::MessageRef;
use crate::desk::note::Circle;
use crate::desk::rules::Queue;
use crate::mail::Timestamp;
use crate::mail::understood::Understood;
use crate::store::Tx;

impl Clerk {
    /// A person's mail: an agent's, where it is theirs to command; else like anybody's.
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
        let judged = self.commanding(tx, message, understood, checked, now)?;
        let Judged { commanding, read: signed, why } = judged;
        let passes_on = commanding.is_none() && self.only_passes_ours_on(tx, understood, now)?;
        // Who passes a mail of ours on has it, but a word about that would be passed on as well.
        self.void_inside(tx, understood, !passes_on, now)?;
        if passes_on {
            let from = sender(&understood.mail).address;
            return self.note_loop(tx, Circle::PassesOn, &from, None, now);
        }
        let understood = signed.as_ref().unwrap_or(understood);
        if let Some(commanding) = &commanding
            && self.command(tx, message, understood, commanding, why, now)? == Outcome::Handled
        {
            return Ok(());
        }
        match role {
            Role::Bounces { .. } if commanding.is_none() => {
                let (from, sorted) =
                    (sender(&understood.mail).address, self.sorting.of(&understood.mail));
                self.to_nobody(tx, message, &from, &sorted, now)
            }
            _ => {
                self.void_disowned(tx, understood, checked, now)?;
                self.person(tx, message, understood, queue, is_old, now)?;
                self.void_shown(tx, understood, now)
            }
        }
    }
}
