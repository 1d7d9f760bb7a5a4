//! THE WAY OF A MAIL: understand, prove, route, decide, compose, commit. And of everything else that changes a ticket.
//!
//! The office owns the connection that writes and stands on one thread. Each of its functions is one transaction; nothing in
//! here waits for a network. The rooms behind it: `arrival` (whose mail is it), `sorting` (what the admin wants done with it), `proof` (may it command), `evidence` (about
//! which ticket), `command` (an agent's mail), `signed` (what of it is signed), `needs` (what is asked for beyond a proof),
//! `loops` (what goes in circles), `effects` and `post` (what follows, as rows), `returns` (what came back),
//! `orders` (accounts). And against floods: `admission` (what is let in), `held` (what is not), `quota` (how often we answer),
//! `summary` (what agents are told at once), `digest` (what the postmaster is told once a day).

mod account_needed;
mod admission;
mod agent_reach;
mod arrival;
mod blocks;
mod clerk;
mod command;
mod digest;
mod effects;
pub mod erase;
mod error;
mod evidence;
pub mod export;
mod files;
mod given_away;
mod gone;
mod guarded;
mod held;
mod human;
mod loops;
mod needs;
mod orders;
mod post;
mod proof;
mod quota;
mod reading;
mod reports;
mod returns;
mod rules;
mod shown;
mod signed;
mod sorting;
mod standing;
mod strike;
mod summary;
mod tokens;

pub use admission::FloodLimits;
pub use arrival::Arrival;
pub use clerk::Clerk;
pub use error::OfficeError;
pub use orders::DueOrder;
pub use sorting::Sorting;
pub use strike::struck;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::authority::{Policy, Signer};
use crate::config::Config;
use crate::desk::Ticket;
use crate::desk::people::Agent;
use crate::intake::{Disposal, SourceKey};
use crate::letters::{Letters, REPLY_TOKEN, STANDING_TOKEN};
use crate::log;
use crate::mail::{Class, Limits, Span, Timestamp};
use crate::outbox::{Handover, Outcome, finish::finish};
use crate::store::{
    Listing, Mailbox, OutgoingId, OutgoingRow, Purpose, Store, StoredContent, Tx, Which,
};

pub struct Office {
    pub clerk: Clerk,
    pub store: Store,
    /// Somebody else may have changed something that was not looked at yet; so at the start.
    unseen: bool,
    /// The last erasure that the log tells of.
    erasures_seen: i64,
}

/// At most so many deadlines are worked off in one transaction.
const DEADLINES: u32 = 100;

/// A daemon that gave no sign of life for so long is none.
const ALIVE_WITHIN: Span = Span::secs(60);
const SIGN_EVERY: Span = Span::secs(10);

/// What could not be done on a ticket is tried again after so long: it must not stand before the others at every turn.
const LOOKED_AT_AGAIN: Span = Span::hours(1);

impl Office {
    /// # Errors
    /// Where the store or a template is not as it should be.
    pub fn open(config: &Config, now: Timestamp) -> Result<Self, OfficeError> {
        let mut store = Store::open(&config.store.path)?;
        let letters = Letters::load(
            config.site.templates.is_dir().then_some(config.site.templates.as_path()),
        )?;
        let signer = signer(&store);
        let agents = store.agents()?;
        store.transaction(|tx| tx.advance_time(now))?;
        let rules = rules::from(config, agents);
        let limits = limits(config);
        let erasures_seen = store.last_erasure()?;
        Ok(Self {
            clerk: Clerk {
                rules,
                letters,
                signer,
                policy: Policy::from(config),
                limits,
                sorting: Sorting::from(config),
                attachment_octets: config.limits.attachment_octets,
                agents_changed: AtomicBool::new(false),
                floods: FloodLimits::from(config),
            },
            store,
            unseen: true,
            erasures_seen,
        })
    }

    /// Takes in a batch: one transaction, a savepoint for each mail. A mail that cannot be handled is quarantined and spoils no other.
    ///
    /// # Errors
    /// Only where the store itself failed: then nothing of the batch was taken in, and it is tried again.
    pub fn take_in(
        &mut self,
        batch: &[Arrival],
        now: Timestamp,
    ) -> Result<Vec<(SourceKey, Disposal)>, OfficeError> {
        self.see_agents()?;
        match self.take_new_key() {
            // A key file that cannot be read is for the turn to complain of; mail is taken in with the key that we have.
            Ok(()) | Err(_) => {}
        }
        let clerk = &self.clerk;
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            let mut done = Vec::with_capacity(batch.len());
            for arrival in batch {
                let disposal = match alone(tx, |tx| clerk.take_in(tx, arrival, now)) {
                    Err(error) if !error.is_temporary() => {
                        log::mail_not_handled(&arrival.mailbox, &arrival.key.within(), &error);
                        tx.savepoint(|tx| clerk.quarantine(tx, arrival, &error.to_string(), now))?
                    }
                    other => other?,
                };
                log::taken_in(&arrival.mailbox, &arrival.key.within(), disposal.as_str());
                done.push((arrival.key.clone(), disposal));
            }
            Ok(done)
        })
    }

    /// An agent added a moment ago is told of this mail already; the rest of the change is the turn's.
    fn see_agents(&mut self) -> Result<(), OfficeError> {
        self.unseen |= self.store.changed_since_last_look()?
            | self.clerk.agents_changed.swap(false, Ordering::Relaxed);
        if self.unseen {
            self.clerk.rules.agents = self.store.agents()?;
        }
        Ok(())
    }

    /// For each of these mails, whether a person sent it who says to be one of our agents.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn in_an_agents_name(&mut self, batch: &[Arrival]) -> Result<Vec<bool>, OfficeError> {
        self.see_agents()?;
        let rules = &self.clerk.rules;
        let is_agents = batch.iter().map(|arrival| {
            let Ok(understood) = &arrival.understood else { return false };
            let from = understood.mail.from.first();
            understood.classified.class == Class::Human
                && from.is_some_and(|from| rules.agent_writing_from(&from.address).is_some())
        });
        Ok(is_agents.collect())
    }

    /// Handles anew what was quarantined and is to be retried.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn retry_quarantined(
        &mut self,
        config: &Config,
        now: Timestamp,
    ) -> Result<usize, OfficeError> {
        let clerk = &self.clerk;
        let waiting = self.store.to_retry(DEADLINES)?;
        if waiting.is_empty() {
            return Ok(0);
        }
        self.store.transaction(|tx| {
            for message in &waiting {
                let handled = alone(tx, |tx| clerk.handle_anew(tx, *message, config, now));
                if let Some(error) = settled(handled)? {
                    tx.quarantine_message(*message, &error.to_string())?;
                }
            }
            Ok(waiting.len())
        })
    }

    /// Works off what has fallen due. Judged by the larger of now and the latest time anything was committed at.
    ///
    /// # Errors
    /// Where the store or a template failed.
    pub fn fall_due(&mut self, now: Timestamp) -> Result<usize, OfficeError> {
        let clerk = &self.clerk;
        // What is late is judged by the larger; what follows is written at the time it is, or it would wait for a clock that was wrong.
        let judged = now.max(self.store.high_water()?.unwrap_or(now));
        let due = self.store.due(judged, DEADLINES)?;
        if due.is_empty() {
            return Ok(0);
        }
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            for id in &due {
                if let Some(error) = settled(alone(tx, |tx| clerk.due(tx, *id, judged, now)))? {
                    log::ticket_failed(id.0, "deadline", &error);
                    tx.postpone(*id, judged.plus(LOOKED_AT_AGAIN))?;
                }
            }
            Ok(due.len())
        })
    }

    /// Mails to hand over now, whole, the most urgent first; without those that are on their way already.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn outgoing(
        &mut self,
        now: Timestamp,
        limit: u32,
        under_way: &[OutgoingId],
    ) -> Result<Vec<Handover>, OfficeError> {
        let more = limit.saturating_add(u32::try_from(under_way.len()).unwrap_or(u32::MAX));
        let rows = self.store.due_outgoing(now, more)?;
        let free =
            rows.into_iter().filter(|row| !under_way.contains(&row.mail.id)).take(limit as usize);
        let (mut handovers, mut lost) = (Vec::new(), Vec::new());
        for row in free {
            let id = row.mail.id;
            match self.handover(row) {
                Ok(Some(handover)) => handovers.push(handover),
                Ok(None) => lost.push((id, lost_mail("there is nothing left of it"))),
                Err(error) if error.is_temporary() => return Err(error),
                // A seal that fits no key, say: it would stand before all others for ever.
                Err(error) => lost.push((id, lost_mail(&error.to_string()))),
            }
        }
        if !lost.is_empty() {
            self.handed_over(&lost, now)?;
        }
        Ok(handovers)
    }

    fn handover(&self, row: OutgoingRow) -> Result<Option<Handover>, OfficeError> {
        let message = match self.store.content(row.mail.id)? {
            Some(StoredContent::Open { headers, body, reply_token }) => {
                let (reply, own) = reply_token.split_once(' ').unwrap_or((&reply_token, ""));
                finish(&headers, &body, &[(REPLY_TOKEN, reply), (STANDING_TOKEN, own)]).into()
            }
            Some(StoredContent::Sealed(sealed)) => {
                self.store.key().unseal(Purpose::Credentials, &sealed)?
            }
            None => return Ok(None),
        };
        let OutgoingRow { mail, .. } = row;
        Ok(Some(Handover {
            id: i64::from(mail.id.0),
            envelope_sender: mail.envelope_sender,
            recipient: mail.recipient,
            message,
            secret: mail.kind == crate::desk::event::LetterKind::Credentials,
        }))
    }

    /// What became of mails that were handed over.
    ///
    /// # Errors
    /// Where the store or a template failed: then the same mails are handed over again.
    pub fn handed_over(
        &mut self,
        results: &[(OutgoingId, Outcome)],
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let clerk = &self.clerk;
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            for (id, outcome) in results {
                let followed = alone(tx, |tx| clerk.handed_over(tx, *id, outcome, now));
                if let Some(error) = settled(followed)? {
                    log::outgoing_failed(id.0, &error);
                    clerk.only_noted(tx, *id, outcome, now)?;
                }
            }
            Ok(())
        })
    }

    /// Account orders that wait.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn due_orders(&mut self, now: Timestamp) -> Result<Vec<DueOrder>, OfficeError> {
        let clerk = &self.clerk;
        self.store.transaction(|tx| clerk.due_orders(tx, now, DEADLINES))
    }

    /// Carries out an order whose password was hashed meanwhile.
    ///
    /// # Errors
    /// Where the store or a template failed.
    pub fn carry_out_order(
        &mut self,
        due: &DueOrder,
        hash: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let clerk = &self.clerk;
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            let done = alone(tx, |tx| clerk.carry_out_order(tx, due, hash, now));
            let Some(error) = settled(done)? else { return Ok(()) };
            log::ticket_failed(due.job.order.ticket.0, "account", &error);
            // It would be tried for ever: whoever ordered it is told, if that can be done.
            let told = alone(tx, |tx| clerk.fail_order(tx, due, &error.to_string(), now));
            if let Some(error) = settled(told)? {
                log::ticket_failed(due.job.order.ticket.0, "account", &error);
                tx.mark_job_failed(due.job.id, &error.to_string())?;
            }
            Ok(())
        })
    }

    /// Notices what the command line has changed: agents added, agents disabled, whose tickets become free.
    ///
    /// # Errors
    /// Where the store or a template failed.
    pub fn look_again(&mut self, now: Timestamp) -> Result<bool, OfficeError> {
        self.take_new_key()?;
        if self.store.drop_old_keys(now, self.clerk.rules.token_valid)? {
            self.clerk.signer = signer(&self.store);
        }
        self.unseen |= self.store.changed_since_last_look()?
            | self.clerk.agents_changed.swap(false, Ordering::Relaxed);
        if !self.unseen {
            return Ok(false);
        }
        self.clerk.rules.agents = self.store.agents()?;
        let clerk = &self.clerk;
        let mut theirs = Vec::new();
        for agent in clerk.rules.agents.iter().filter(|a| !a.active || a.reach.is_lost()) {
            theirs.extend(self.store.owned_by(agent.id)?.into_iter().map(|id| (agent.id, id)));
        }
        if !theirs.is_empty() {
            self.store.transaction(|tx| {
                for (agent, id) in theirs {
                    if let Some(error) =
                        settled(alone(tx, |tx| clerk.agent_gone(tx, agent, id, now)))?
                    {
                        log::ticket_failed(id.0, "agent gone", &error);
                    }
                }
                Ok::<_, OfficeError>(())
            })?;
        }
        self.unseen = false;
        Ok(true)
    }

    /// The command line may have put another key in the place of ours.
    fn take_new_key(&mut self) -> Result<(), OfficeError> {
        if self.store.key_was_replaced()? {
            self.store.reread_key()?;
            self.clerk.signer = signer(&self.store);
        }
        Ok(())
    }

    /// Notes the first contact with a mailbox, unless there was one; what is known of it.
    ///
    /// # Errors
    /// Where the store failed; so for all that follow.
    pub fn first_contact(
        &mut self,
        name: &str,
        now: Timestamp,
        left_before: Option<Timestamp>,
    ) -> Result<Mailbox, OfficeError> {
        self.store.transaction(|tx| {
            tx.first_contact(name, now, left_before)?;
            let unknown = || Mailbox {
                name: name.to_owned(),
                first_contact_at: Some(now),
                left_before,
                left_count: 0,
                last_ok_at: None,
                last_error: None,
            };
            Ok(tx.mailbox(name)?.unwrap_or_else(unknown))
        })
    }

    pub fn mailbox_ok(
        &mut self,
        name: &str,
        left_behind: usize,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        self.store.transaction(|tx| {
            tx.set_left_count(name, u64::try_from(left_behind).unwrap_or(u64::MAX))?;
            Ok(tx.mailbox_ok(name, now)?)
        })
    }

    pub fn mailbox_failed(
        &mut self,
        name: &str,
        error: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        self.store.transaction(|tx| Ok(tx.mailbox_failed(name, now, error)?))
    }

    /// The process of another daemon that lives, if there is one; else this one is noted.
    pub fn daemon_started(&mut self, pid: u32, now: Timestamp) -> Result<Option<u32>, OfficeError> {
        self.store.transaction(|tx| {
            let life = tx.daemon_life()?;
            let recent = life.last_turn_at.is_some_and(|at| now.since(at) < ALIVE_WITHIN);
            if let Some(other) = life.pid.filter(|other| *other != pid && recent && lives(*other)) {
                return Ok(Some(other));
            }
            tx.daemon_started(pid, now)?;
            Ok(None)
        })
    }

    /// Puts right when each open ticket is due: the periods may be others than when it was written.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn put_deadlines_right(&mut self) -> Result<(), OfficeError> {
        let rules = &self.clerk.rules;
        let due = |ticket: &Ticket| ticket.next_due(rules).map(|(at, _)| at);
        let open = Listing { queues: None, which: Which::Open, limit: u32::MAX };
        let mut wrong = Vec::new();
        self.store.each_listed(&open, |listed| {
            let right = due(&listed.ticket);
            if listed.due != right {
                wrong.push((listed.ticket.id, right));
            }
            Ok::<_, OfficeError>(())
        })?;
        if wrong.is_empty() {
            return Ok(());
        }
        self.store.transaction(|tx| {
            for (id, due) in wrong {
                tx.set_due(id, due)?;
            }
            Ok(())
        })
    }

    pub fn turned(&mut self, now: Timestamp) -> Result<(), OfficeError> {
        let last = self.store.daemon_life()?.last_turn_at;
        // A commit is a disk's turn: a sign of life every few seconds is enough.
        if last.is_some_and(|at| at <= now && now.since(at) < SIGN_EVERY) {
            return Ok(());
        }
        self.store.transaction(|tx| Ok(tx.daemon_turned(now)?))
    }

    pub fn daemon_stopped(&mut self) -> Result<(), OfficeError> {
        self.store.transaction(|tx| Ok(tx.daemon_stopped()?))
    }

    /// Writes a new agent and their welcome in one transaction.
    ///
    /// # Errors
    /// Where the name is taken, or the store or a template failed.
    pub fn add_agent(&mut self, agent: Agent, now: Timestamp) -> Result<Agent, OfficeError> {
        let clerk = &self.clerk;
        self.store.transaction(|tx| {
            let agent = Agent { id: tx.next_agent()?, ..agent };
            tx.save_agent(&agent)?;
            clerk.welcome(tx, &agent, now)?;
            Ok(agent)
        })
    }
}

fn signer(store: &Store) -> Signer {
    let key = store.key();
    Signer::new(&key.subkey("tokens")).honouring(key.old_subkeys("tokens"))
}

/// One thing of several in a transaction: done whole or not at all, whatever it comes to. A panic is a permanent error of this one,
/// not the end of the writer's thread: the same mail would end it at every start.
fn alone<R>(
    tx: &Tx<'_>,
    work: impl FnOnce(&Tx<'_>) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    let caught = catch_unwind(AssertUnwindSafe(|| tx.savepoint(work)));
    caught.unwrap_or(Err(OfficeError::Unforeseen))
}

/// None where it went well, or the permanent error: it concerns this one alone.
///
/// # Errors
/// A temporary one: then all of the transaction again later.
fn settled<R>(result: Result<R, OfficeError>) -> Result<Option<OfficeError>, OfficeError> {
    match result {
        Ok(_) => Ok(None),
        Err(error) if error.is_temporary() => Err(error),
        Err(error) => Ok(Some(error)),
    }
}

/// A mail of ours that cannot even be taken out of the store.
fn lost_mail(why: &str) -> Outcome {
    Outcome::Refused { code: String::new(), status: String::new(), text: why.to_owned() }
}

/// The limits of the configuration, as reading a mail wants them; 0 there means none.
#[must_use]
pub fn limits(config: &Config) -> Limits {
    let none = |limit: u64| {
        if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) }
    };
    let limits = &config.limits;
    Limits {
        size_octets: none(limits.size_octets),
        attachment_octets: none(limits.attachment_octets),
        parts: none(limits.parts.into()),
        // Without one a mail could nest as deep as the stack is not.
        depth: if limits.depth == 0 { Limits::default().depth } else { none(limits.depth.into()) },
        ..Limits::default()
    }
}

/// Whether a process of this number is there (Linux); where that cannot be seen, it is taken to be.
fn lives(pid: u32) -> bool {
    let processes = std::path::Path::new("/proc");
    !processes.is_dir() || processes.join(pid.to_string()).exists()
}

#[cfg(test)]
mod tests;
