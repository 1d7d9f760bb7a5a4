//! Which Message-IDs of mails to customers others have seen. Whoever answers one shows it to everybody in copy, who could then
//! write in the customer's name and answer it, too: from then on it proves nothing. A newer mail of ours has one of its own.
//!
//! Kept as what it is, a token that is void, as those of agents are (`tokens`).

use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use super::evidence;
use crate::authority::{Checked, Verdict, find, seen};
use crate::mail::understood::Understood;
use crate::mail::{Mail, Timestamp};
use crate::store::{OutgoingMail, Tx};

impl Clerk {
    pub(super) fn was_shown(&self, tx: &Tx<'_>, ours: &OutgoingMail) -> Result<bool, OfficeError> {
        for token in find::in_message_ids([&ours.message_id]) {
            if tx.is_void(&token)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Before a mail is handled that the domain in From disowns (DMARC): whoever wrote it has them and is somebody else.
    pub(super) fn void_disowned(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        checked: &Checked,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let from = sender(&understood.mail).address.domain().to_lowercase();
        let disowns = |verdict: &Verdict| matches!(verdict, Verdict::DmarcFail(d) if *d == from);
        if !checked.by_server.iter().chain(&checked.by_us).any(disowns) {
            return Ok(());
        }
        self.void_answered(tx, &understood.mail, |_| true, now)
    }

    /// After a mail was handled: who could not know them before, can now.
    pub(super) fn void_shown(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let mail = &understood.mail;
        let was_shown = |ours: &OutgoingMail| {
            let is_theirs = |address: &_| *address == ours.recipient;
            let by_them = matches!(mail.from.as_slice(), [one] if is_theirs(&one.address));
            !by_them || seen::beside(mail, is_theirs, &self.rules).is_some()
        };
        self.void_answered(tx, mail, was_shown, now)
    }

    fn void_answered(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        which: impl Fn(&OutgoingMail) -> bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        for id in evidence::answered(mail) {
            // Those of agents are voided with all else they have seen.
            let ours = tx.outgoing_by_message_id(id)?.filter(|ours| ours.agent.is_none());
            if let Some(ours) = ours.filter(&which) {
                for token in find::in_message_ids([&ours.message_id]) {
                    tx.void_token(&token, now)?;
                }
            }
        }
        Ok(())
    }
}
