//! Files that came with a mail: which are passed on at all, and what the agent who attached one is told where it was not.
//!
//! What of them a customer may have is up to `given_away`.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::desk::Decision;
use crate::desk::answer::{Answer, LeftBehind, Withheld};
use crate::desk::effect::{Effect, Letter};
use crate::desk::event::MessageRef;
use crate::letters::OutAttachment;
use crate::mail::active_file::is_active;
use crate::mail::parse;
use crate::store::Tx;

/// Signatures of the mail itself: no agent misses them.
const NO_FILES: &[&str] = &[
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/rfc822-headers",
];

impl Clerk {
    /// All files that came with a stored mail: none that run when opened go on, none over the limit.
    pub(super) fn files_of(
        &self,
        tx: &Tx<'_>,
        message: Option<MessageRef>,
    ) -> Result<Vec<Result<OutAttachment, LeftBehind>>, OfficeError> {
        let Some(raw) = message.map(|m| tx.raw(m)).transpose()?.flatten() else {
            return Ok(Vec::new());
        };
        let Ok(mail) = parse(&raw, &self.limits) else { return Ok(Vec::new()) };
        let mut left = self.attachment_octets;
        let judged = mail.attachments.into_iter().map(|file| {
            let octets = file.content.len() as u64;
            if is_active(&file.name, &file.media_type) {
                return Err(LeftBehind { name: file.name, why: Withheld::Active });
            }
            if octets > left {
                return Err(LeftBehind { name: file.name, why: Withheld::TooLarge });
            }
            left -= octets;
            Ok(OutAttachment {
                name: file.name,
                media_type: file.media_type,
                content: file.content,
            })
        });
        Ok(judged.collect())
    }

    /// Those that are passed on.
    pub(super) fn attachments_of(
        &self,
        tx: &Tx<'_>,
        message: Option<MessageRef>,
    ) -> Result<Vec<OutAttachment>, OfficeError> {
        Ok(self.files_of(tx, message)?.into_iter().filter_map(Result::ok).collect())
    }

    /// The receipt names the files that the customer did not get.
    pub(super) fn name_left_behind(
        &self,
        tx: &Tx<'_>,
        decision: &mut Decision,
    ) -> Result<(), OfficeError> {
        let with_files = decision.effects.iter().find_map(|effect| match effect {
            Effect::Write { letter: Letter::Reply { attachments_of, .. }, .. } => {
                Some(*attachments_of)
            }
            Effect::Write {
                letter:
                    Letter::Verification { attachments_of, .. }
                    | Letter::Question { attachments_of, .. },
                ..
            } => *attachments_of,
            _ => None,
        });
        let receipt = decision.effects.iter_mut().find_map(|effect| match effect {
            Effect::Answer { answer: Answer::Receipt(receipt), .. } => Some(receipt),
            _ => None,
        });
        let (Some(message), Some(receipt)) = (with_files, receipt) else { return Ok(()) };
        for file in self.files_of(tx, Some(message))? {
            let is_none = file.as_ref().is_ok_and(|f| NO_FILES.contains(&f.media_type.as_str()));
            match file.and_then(|file| self.for_customer(file)) {
                Err(left) if !is_none => receipt.left_behind.push(left),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }
}
