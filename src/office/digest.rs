//! The postmaster's digest, once a day: what happened of which nobody needed to hear at once. No news, no digest.

use super::clerk::Clerk;
use super::error::OfficeError;
use super::held::SPAM_KEPT;
use super::post::Mail;
use super::{Office, alone, settled};
use crate::config::Config;
use crate::letters::DigestGroup;
use crate::log;
use crate::mail::{Span, Timestamp};
use crate::store::{StoreError, Tx, Urgency};

/// Its row among what comes once a day.
const DAILY: &str = "postmaster";

/// Lines of one kind that a digest shows; the others are counted.
const SHOWN: u32 = 20;

impl Office {
    /// Writes the digest where its time has come since the last one. How many mails that makes.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn postmasters_digest(
        &mut self,
        config: &Config,
        now: Timestamp,
    ) -> Result<usize, OfficeError> {
        let clerk = &self.clerk;
        let last = self.store.done_daily(DAILY)?;
        let Some(schedule) = &config.site.digest else {
            // Nobody reads them: at least they do not grow for ever.
            if last.is_none_or(|last| last > now || now.since(last) >= Span::days(1)) {
                self.store.transaction(|tx| {
                    tx.drop_spam_held_before(now.minus(SPAM_KEPT))?;
                    tx.forget_postmaster_lines(now)?;
                    tx.note_daily(DAILY, now)
                })?;
            }
            return Ok(0);
        };
        // The first one comes at the next moment, not at once; and a clock that was wrong is not waited for.
        if let Some(last) = last.filter(|last| *last <= now) {
            let zone = clerk.rules.zone;
            let next = schedule.after(&last.utc().with_timezone(&zone)).next();
            if next.is_none_or(|next| next.timestamp() > now.0) {
                return Ok(0);
            }
        } else {
            self.store.transaction(|tx| tx.note_daily(DAILY, now))?;
            return Ok(0);
        }
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            tx.note_daily(DAILY, now)?;
            tx.drop_spam_held_before(now.minus(SPAM_KEPT))?;
            let written = alone(tx, |tx| clerk.digest(tx, now));
            if let Some(error) = settled(written)? {
                log::turn_failed("digest", &error);
            }
            Ok(1)
        })
    }
}

impl Clerk {
    fn digest(&self, tx: &Tx<'_>, now: Timestamp) -> Result<(), OfficeError> {
        let mut groups = Vec::new();
        for kind in tx.unshown_postmaster_kinds()? {
            let lines = tx.unshown_postmaster_lines_of(&kind.kind, SHOWN)?;
            groups.push(DigestGroup { kind, lines });
        }
        if groups.is_empty() {
            return Ok(());
        }
        let mut quarantined = 0_u64;
        tx.each_quarantined(|_| {
            quarantined = quarantined.saturating_add(1);
            Ok::<_, StoreError>(())
        })?;
        let rendered =
            self.letters.bounce_digest(&self.rules, &groups, tx.held_count()?, quarantined)?;
        let mail = Mail { urgency: Urgency::Bulk, ..Mail::report(&rendered) };
        let postmaster = std::slice::from_ref(&self.rules.postmaster);
        self.post_to_house(tx, None, postmaster, &mail, now)?;
        Ok(tx.postmaster_lines_shown(now)?)
    }
}
