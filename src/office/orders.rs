//! Orders to the account provider: what is due, and what is written when the provider has answered.
//!
//! The built-in provider's table is ours: its row, the ticket's change and the letter with the password become durable together.

use super::clerk::{Cause, Clerk};
use super::error::OfficeError;
use crate::accounts::{self, Made, Order, Password, ProviderError, builtin};
use crate::desk::application::ConfirmedBy;
use crate::desk::effect::{ArticleKind, Author, Visibility};
use crate::desk::event::AccountReply;
use crate::desk::{Event, TicketId};
use crate::mail::Timestamp;
use crate::store::{Account, AccountJob, JobKind, Purpose, Tx};

/// An order that waits, with what must happen off the writer's thread before it can be carried out.
pub struct DueOrder {
    pub job: AccountJob,
    /// None where none is needed.
    pub password: Option<Password>,
}

impl Clerk {
    pub(super) fn due_orders(
        &self,
        tx: &Tx<'_>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueOrder>, OfficeError> {
        let open = |job: AccountJob| {
            let password = match &job.order.sealed_password {
                // Sealed with another key it is as good as gone; the order fails, and is told.
                Some(sealed) => tx
                    .key()
                    .unseal(Purpose::Password, sealed)
                    .ok()
                    .map(|plain| Password::new(String::from_utf8_lossy(&plain).into_owned())),
                None => None,
            };
            DueOrder { job, password }
        };
        Ok(tx.due_account_jobs(now, limit)?.into_iter().map(open).collect())
    }

    /// Carries out an order in the built-in table. `hash` is the password's, made off this thread; empty where none is needed.
    pub(super) fn carry_out_order(
        &self,
        tx: &Tx<'_>,
        due: &DueOrder,
        hash: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let order = &due.job.order;
        if tx.is_erased(order.ticket)? {
            return Ok(());
        }
        let reply = match (order.kind, &due.password) {
            (JobKind::Suspend, _) => {
                tx.suspend_account(&order.login, now)?;
                AccountReply::Suspended { login: order.login.clone() }
            }
            (JobKind::Create | JobKind::Resume, Some(password)) => {
                let wanted = Order {
                    order_id: due.job.id.0,
                    login: order.login.clone(),
                    email: order.email.clone(),
                    name: order.name.clone(),
                    password: password.clone(),
                    ticket: order.ticket,
                    resume: order.kind == JobKind::Resume,
                };
                match self.make(tx, &wanted, hash, now)? {
                    Ok(made) => AccountReply::Created {
                        login: order.login.clone(),
                        resumed: made == Made::Resumed,
                        words: confirming_words(tx, order.ticket)?,
                    },
                    Err(ProviderError::LoginTaken { login }) => AccountReply::LoginTaken { login },
                    Err(error) => return self.fail_order(tx, due, &error.to_string(), now),
                }
            }
            // Its password is gone: nothing can be sent, so nothing is made.
            (JobKind::Create | JobKind::Resume, None) => {
                return self.fail_order(tx, due, "the order has no password", now);
            }
        };
        self.order_is_over(tx, due, reply, now)
    }

    /// An order that cannot be carried out, now or later.
    pub(super) fn fail_order(
        &self,
        tx: &Tx<'_>,
        due: &DueOrder,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let login = due.job.order.login.clone();
        let resume = due.job.order.kind == JobKind::Resume;
        let reply = AccountReply::Failed { login, reason: reason.to_owned(), resume };
        self.order_is_over(tx, due, reply, now)
    }

    fn order_is_over(
        &self,
        tx: &Tx<'_>,
        due: &DueOrder,
        reply: AccountReply,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        match &reply {
            AccountReply::Created { .. } | AccountReply::Suspended { .. } => {
                tx.mark_job_done(due.job.id)?
            }
            AccountReply::LoginTaken { .. } => {
                tx.mark_job_failed(due.job.id, "the login is taken")?
            }
            AccountReply::Failed { reason, .. } => tx.mark_job_failed(due.job.id, reason)?,
        }
        let Some(ticket) = tx.ticket(due.job.order.ticket)? else { return Ok(()) };
        let cause = Cause { message: None, password: due.password.as_ref() };
        self.decide(tx, ticket, &Event::Account(reply), cause, now).map(drop)
    }

    fn make(
        &self,
        tx: &Tx<'_>,
        order: &Order,
        hash: &str,
        now: Timestamp,
    ) -> Result<Result<Made, ProviderError>, OfficeError> {
        if let Err(why) = accounts::login::check(
            &order.login,
            &self.rules.login_pattern,
            &self.rules.reserved_logins,
        ) {
            return Ok(Err(ProviderError::LoginUnusable { login: order.login.clone(), why }));
        }
        let holder = tx.account(&order.login)?;
        let seen = holder.as_ref().map(|account| accounts::Account {
            login: account.login.clone(),
            email: account.email.clone(),
            active: account.active,
            ticket: account.ticket,
            // A job is marked done in the transaction that makes its account: an order that is still due has made none.
            order_id: 0,
        });
        let (write, made) = match builtin::judge(order, seen.as_ref()) {
            Ok(judged) => judged,
            Err(error) => return Ok(Err(error)),
        };
        let account = Account {
            login: order.login.clone(),
            email: order.email.clone(),
            name: order.name.clone(),
            active: true,
            ticket: Some(order.ticket),
            created_at: holder.map_or(now, |account| account.created_at),
            updated_at: now,
        };
        match write {
            builtin::Write::Insert => tx.insert_account(&account, hash).map(drop)?,
            builtin::Write::Update => tx.update_account(&account, Some(hash)).map(drop)?,
            builtin::Write::Nothing => {}
        }
        Ok(Ok(made))
    }
}

/// Among so many of the latest mails that a customer may see one is the customer's.
const LATEST: u32 = 50;

/// What the applicant said last, where it was they who confirmed.
fn confirming_words(tx: &Tx<'_>, ticket: TicketId) -> Result<Option<String>, OfficeError> {
    let confirmed = tx.ticket(ticket)?.and_then(|t| t.application).and_then(|a| a.confirmed);
    if confirmed.map(|c| c.by) != Some(ConfirmedBy::Applicant) {
        return Ok(None);
    }
    let customers = (Visibility::Public, ArticleKind::Mail);
    let said = tx.latest_articles(ticket, customers, LATEST, usize::MAX)?.into_iter();
    Ok(said
        .map(|stored| stored.article)
        .find(|article| matches!(article.author, Author::Customer(_)))
        .map(|article| article.text))
}
