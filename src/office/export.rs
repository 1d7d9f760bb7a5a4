//! What is stored about somebody, as they may have it (GDPR, articles 15 and 20): facts, what they wrote and what they were
//! written. Nothing that another person wrote, no note of an agent, no agent's name or address, no password or hash.

use serde::Serialize;
use serde_json::Value;

use super::erase::Belongings;
use crate::config::Config;
use crate::desk::effect::{ArticleKind, Author, Visibility, What, Who};
use crate::desk::event::MessageRef;
use crate::desk::people::Agent;
use crate::desk::{Ticket, erased};
use crate::mail::{Address, Timestamp};
use crate::store::{KeptMail, Reader, StoreError, StoredArticle, StoredHistoryLine};

/// One thing that is known. Times in RFC 3339.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    Ticket(TicketFacts),
    /// A mail as its words were read. `you` or `we` wrote it.
    Article {
        ticket: Option<String>,
        at: String,
        by: &'static str,
        automatic: bool,
        subject: String,
        text: String,
        attachments: Vec<String>,
    },
    /// What was done on a ticket: by `you`, by `us` or by `another`.
    History {
        ticket: String,
        at: String,
        by: &'static str,
        what: String,
        detail: Option<String>,
    },
    Account {
        login: String,
        email: String,
        name: String,
        status: &'static str,
        created_at: String,
        updated_at: String,
    },
    /// A letter that was sent to the address, or waits to be.
    Letter {
        event: String,
        ticket: Option<String>,
        at: String,
        waits: bool,
    },
    /// A mail of yours as it came in.
    Mail {
        /// Its name beside this file; empty where the mails are not written.
        file: String,
        ticket: Option<String>,
        mailbox: String,
        received_at: String,
    },
    /// What is kept for a time, and how often.
    Remembered {
        what: &'static str,
        times: u64,
    },
}

#[derive(Debug, Serialize)]
pub struct TicketFacts {
    pub number: String,
    pub queue: String,
    pub state: &'static str,
    pub created_at: String,
    pub updated_at: String,
    pub language: &'static str,
    /// Empty where it is not yours.
    pub subject: String,
    pub name: Option<String>,
    pub application: Option<ApplicationFacts>,
}

#[derive(Debug, Serialize)]
pub struct ApplicationFacts {
    pub step: &'static str,
    pub name: Option<String>,
    pub email: Option<String>,
    pub login: Option<String>,
    pub reason: Option<String>,
    pub received_at: String,
    pub withdrawn_at: Option<String>,
}

/// Collects what is known, piece by piece: `show` is handed each record, and with a mail where it is stored.
///
/// # Errors
/// Where the store cannot be read, or what `show` says.
pub fn export<E: From<StoreError>>(
    reader: &Reader,
    config: &Config,
    theirs: &Belongings,
    mut show: impl FnMut(Record, Option<MessageRef>) -> Result<(), E>,
) -> Result<(), E> {
    let key = theirs.address.key();
    let agents = reader.agents()?;
    let view = View { reader, config, key: &key, agents: &agents };
    for ticket in &theirs.whole {
        show(view.ticket(ticket, true), None)?;
        view.told(ticket, true, &mut show)?;
    }
    for ticket in &theirs.shared {
        show(view.ticket(ticket, false), None)?;
        view.told(ticket, false, &mut show)?;
    }
    for id in &theirs.met {
        for article in reader.articles(*id)? {
            if view.is_theirs(&article)? {
                show(view.article(None, article, "you"), None)?;
            }
        }
    }
    for account in &theirs.accounts {
        let record = Record::Account {
            login: account.login.clone(),
            email: account.email.to_string(),
            name: account.name.clone(),
            status: if account.active { "active" } else { "suspended" },
            created_at: account.created_at.to_string(),
            updated_at: account.updated_at.to_string(),
        };
        show(record, None)?;
    }
    let own: Vec<&Ticket> = theirs.whole.iter().chain(&theirs.shared).collect();
    let number = |id| own.iter().find(|t| Some(t.id) == id).map(|t| t.number.to_string());
    for letter in reader.written_to(&key)? {
        let (ticket, at) = (number(letter.ticket), letter.at.to_string());
        show(Record::Letter { event: letter.event, ticket, at, waits: letter.waits }, None)?;
    }
    for (what, times) in &theirs.remembered {
        show(Record::Remembered { what, times: *times }, None)?;
    }
    for ticket in &theirs.whole {
        for mail in reader.mails_of(ticket.id)? {
            if view.wrote(&mail, true) {
                show(view.mail(&mail, Some(ticket.number.to_string())), Some(mail.message))?;
            }
        }
    }
    let elsewhere = theirs.shared.iter().map(|t| t.id).chain(theirs.met.iter().copied());
    for id in elsewhere {
        for mail in reader.mails_of(id)? {
            if view.wrote(&mail, false) {
                show(view.mail(&mail, number(Some(id))), Some(mail.message))?;
            }
        }
    }
    for mail in &theirs.mails {
        if view.wrote(mail, false) {
            show(view.mail(mail, None), Some(mail.message))?;
        }
    }
    Ok(())
}

/// Somebody's look at the store.
struct View<'a> {
    reader: &'a Reader,
    config: &'a Config,
    key: &'a str,
    agents: &'a [Agent],
}

impl View<'_> {
    fn ticket(&self, ticket: &Ticket, whole: bool) -> Record {
        let application = ticket.application.as_ref().filter(|application| {
            whole || application.email.as_ref().is_some_and(|email| erased::is(email, self.key))
        });
        let customer =
            ticket.customer.as_ref().filter(|customer| erased::is(&customer.address, self.key));
        Record::Ticket(TicketFacts {
            number: ticket.number.to_string(),
            queue: ticket.queue.clone(),
            state: ticket.state.word(),
            created_at: ticket.created_at.to_string(),
            updated_at: ticket.updated_at.to_string(),
            language: ticket.language.code(),
            subject: customer.map(|_| ticket.subject.clone()).unwrap_or_default(),
            name: customer.map(|customer| customer.name.clone()),
            application: application.map(|application| ApplicationFacts {
                step: application.step.word(),
                name: application.name.clone(),
                email: application.email.as_ref().map(Address::to_string),
                login: application.login.clone(),
                reason: application.reason.clone(),
                received_at: application.received_at.to_string(),
                withdrawn_at: application.withdrawn_at.map(|at: Timestamp| at.to_string()),
            }),
        })
    }

    /// What was written and done on a ticket of theirs.
    fn told<E: From<StoreError>>(
        &self,
        ticket: &Ticket,
        whole: bool,
        show: &mut impl FnMut(Record, Option<MessageRef>) -> Result<(), E>,
    ) -> Result<(), E> {
        let number = ticket.number.to_string();
        for article in self.reader.articles(ticket.id)? {
            let by = match &article.article {
                _ if self.is_theirs(&article)? => "you",
                of_ours
                    if whole
                        && of_ours.visibility == Visibility::Public
                        && matches!(of_ours.author, Author::Agent(_) | Author::System) =>
                {
                    "we"
                }
                _ => continue,
            };
            show(self.article(Some(number.clone()), article, by), None)?;
        }
        let login = ticket.application.as_ref().and_then(|a| a.login.as_deref());
        for line in self.reader.history(ticket.id)? {
            // Of a ticket that is somebody else's as well only what names them.
            if whole || erased::names(&line.line.what, self.key, None) {
                show(self.history(number.clone(), &line, login.filter(|_| whole)), None)?;
            }
        }
        Ok(())
    }

    /// Written by them, whoever says so: the mail that it came in must be theirs, or the web form's.
    fn is_theirs(&self, stored: &StoredArticle) -> Result<bool, StoreError> {
        let article = &stored.article;
        if !erased::is_by(&article.author, self.key) {
            return Ok(false);
        }
        let Some(message) = article.message else { return Ok(true) };
        let from = self.reader.message(message)?.and_then(|mail| mail.from_key);
        Ok(from.is_some_and(|from| from == self.key || self.is_form(&from)))
    }

    fn article(&self, ticket: Option<String>, stored: StoredArticle, by: &'static str) -> Record {
        let article = stored.article;
        let text = match by {
            "you" => article.text,
            _ => self.without_agents(article.text),
        };
        Record::Article {
            ticket,
            at: stored.at.to_string(),
            by,
            automatic: article.kind == ArticleKind::Automatic,
            subject: article.subject,
            text,
            attachments: article.attachments.into_iter().map(|file| file.name).collect(),
        }
    }

    fn without_agents(&self, text: String) -> String {
        let addresses = self.agents.iter().flat_map(|agent| &agent.addresses);
        addresses.fold(text, |text, address| erased::without(&text, &address.key()).unwrap_or(text))
    }

    fn history(&self, ticket: String, stored: &StoredHistoryLine, login: Option<&str>) -> Record {
        let what = &stored.line.what;
        let detail = match what {
            What::LinkSent { to } | What::QuestionSent { to } => Some(to.to_string()),
            What::Bounced { address, .. } => Some(address.to_string()),
            What::AccountCreated { login }
            | What::AccountFailed { login }
            | What::AccountSuspended { login } => Some(login.clone()),
            What::Closed { outcome } => Some(outcome.word().to_owned()),
            What::Pending { until } => Some(until.to_string()),
            What::FieldSet { field } => Some(field.word().to_owned()),
            _ => None,
        };
        // An address that the ticket had before may be somebody else's.
        let is_others = erased::what(what).is_some() && !erased::names(what, self.key, login);
        Record::History {
            ticket,
            at: stored.at.to_string(),
            by: match stored.line.who {
                Who::Customer => "you",
                Who::Agent(_) | Who::System => "us",
                Who::ThirdParty => "another",
            },
            what: word(what),
            detail: detail.filter(|_| !is_others),
        }
    }

    fn mail(&self, mail: &KeptMail, ticket: Option<String>) -> Record {
        Record::Mail {
            file: String::new(),
            ticket,
            mailbox: mail.mailbox.clone(),
            received_at: mail.received_at.to_string(),
        }
    }

    /// From their address; or through the web form, on a ticket that is theirs alone.
    fn wrote(&self, mail: &KeptMail, whole: bool) -> bool {
        let Some(from) = &mail.from_key else { return false };
        from == self.key || (whole && self.is_form(from))
    }

    fn is_form(&self, from: &str) -> bool {
        let mut senders = self.config.queues.iter().flat_map(|queue| &queue.form_senders);
        senders.any(|sender| erased::is(sender, from))
    }
}

/// The kind of a line of the history, without its details.
fn word(what: &What) -> String {
    match serde_json::to_value(what) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(fields)) => fields.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}
