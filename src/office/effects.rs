//! What a decision wants, written down: every effect becomes rows of the transaction that is open. Nothing leaves the house here.

use super::clerk::{Cause, Clerk};
use super::error::OfficeError;
use super::post::Mail;
use super::quota::{Quota, is_automatic};
use super::reading::unknown_ticket;
use crate::accounts::Password;
use crate::desk::Ticket;
use crate::desk::answer::Answer;
use crate::desk::effect::{Asks, Author, Effect, Keep, Letter, News, Offer, Visibility};
use crate::desk::event::{Incoming, LetterKind, MessageRef};
use crate::desk::note::Note;
use crate::desk::people::{Agent, AgentId, Language};
use crate::letters::{Rendered, Scene, ShownArticle};
use crate::mail::{Address, Named, Span, Timestamp};
use crate::random;
use crate::store::{AccountOrder, Counted, JobKind, Purpose, Tx, Urgency};

/// No letter shows more of a ticket's texts than this, in octets.
const MOST_LOADED: usize = 1_500_000;

/// Nor more of them.
const MOST_ARTICLES: u32 = 5_000;

/// Lines of a history, the latest of them, that a letter is made from.
const MOST_PAST: u32 = 1_000;

impl Clerk {
    pub(super) fn effect(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        effect: Effect,
        cause: &Cause<'_>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        match effect {
            Effect::Article(article) => {
                tx.add_article(ticket.id, now, &article).map(drop).map_err(Into::into)
            }
            Effect::Notify { to, news } if to.is_empty() => {
                self.notify_admins(tx, ticket, &news, now)
            }
            Effect::Notify { to, news } => self.notify(tx, ticket, &to, &news, now),
            Effect::Write { to, letter } => self.write(tx, ticket, &to, letter, cause, now),
            Effect::Answer { to, answer, offer } => {
                self.answer(tx, ticket, to, &answer, offer, cause, now)
            }
            Effect::CreateAccount { login, email, name, resume } => {
                let password = Password::generate(&random::bytes());
                let sealed = tx.key().seal(Purpose::Password, password.reveal().as_bytes())?;
                let kind = if resume { JobKind::Resume } else { JobKind::Create };
                let order = AccountOrder {
                    ticket: ticket.id,
                    kind,
                    login: login.to_lowercase(),
                    email,
                    name,
                    sealed_password: Some(sealed),
                };
                tx.add_account_job(&order, now).map(drop).map_err(Into::into)
            }
            Effect::SuspendAccount { login } => {
                let Some(email) = ticket.application.as_ref().and_then(|a| a.email.clone()) else {
                    return Ok(());
                };
                let order = AccountOrder {
                    ticket: ticket.id,
                    kind: JobKind::Suspend,
                    login: login.to_lowercase(),
                    email,
                    name: String::new(),
                    sealed_password: None,
                };
                tx.add_account_job(&order, now).map(drop).map_err(Into::into)
            }
            Effect::TellPostmaster { news } => {
                self.tell(tx, ticket, std::slice::from_ref(&self.rules.postmaster), &news, now)
            }
            Effect::NoteForPostmaster(note) => {
                tx.add_postmaster_line(now, &note).map_err(Into::into)
            }
            Effect::HoldSender => self.hold_sender(tx, ticket, now),
        }
    }

    /// One rendering for all who read it in the same language and the same light; a row for each of them.
    fn notify(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &[AgentId],
        news: &News,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let agents = to.iter().filter_map(|id| self.rules.agent(*id));
        let agents: Vec<&Agent> = agents.filter(|agent| !agent.reach.is_lost()).collect();
        if agents.is_empty() {
            return self.notify_admins(tx, ticket, news, now);
        }
        for language in [Language::De, Language::En] {
            let (personal, common): (Vec<&Agent>, Vec<&Agent>) = agents
                .iter()
                .copied()
                .filter(|a| a.language == language)
                .partition(|a| concerns_personally(a, ticket, news));
            if !common.is_empty() {
                self.notify_alike(tx, ticket, &common, None, news, language, now)?;
            }
            for agent in personal {
                self.notify_alike(tx, ticket, &[agent], Some(agent), news, language, now)?;
            }
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a notification is made of; a struct of them would be used twice"
    )]
    fn notify_alike(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &[&Agent],
        recipient: Option<&Agent>,
        news: &News,
        language: Language,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let to = self.within_limit(tx, ticket, to, news.word(), now)?;
        if to.is_empty() {
            return Ok(());
        }
        let mut rendered = self.render_news(tx, ticket, news, recipient, language, now)?;
        rendered.attachments.extend(self.attachments_of(tx, message_in(tx, ticket, news)?)?);
        let mail = match news {
            // "Taken" is nice to know: its bounce tells us nothing.
            News::Taken { .. } => {
                Mail { urgency: Urgency::Bulk, is_answer: true, ..Mail::news(&rendered) }
            }
            _ => Mail::news(&rendered),
        };
        self.post_to_agents(tx, ticket, &to, &mail, None, None, now)
    }

    fn render_news(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        news: &News,
        recipient: Option<&Agent>,
        language: Language,
        now: Timestamp,
    ) -> Result<Rendered, OfficeError> {
        let history = history(tx, ticket)?;
        let opening = self.opening(tx, ticket)?;
        let scene = self.scene(ticket, language, &history, opening.as_ref(), recipient, now);
        Ok(self.letters.news(&scene, news)?)
    }

    pub(super) fn scene<'a>(
        &'a self,
        ticket: &'a Ticket,
        language: Language,
        history: &'a [(Timestamp, crate::desk::effect::Who, crate::desk::effect::What)],
        opening: Option<&'a Incoming>,
        recipient: Option<&'a Agent>,
        now: Timestamp,
    ) -> Scene<'a> {
        Scene {
            rules: &self.rules,
            ticket,
            now,
            language,
            zone: self.rules.zone,
            history,
            opening,
            recipient,
            no_more: false,
            answerable: true,
        }
    }

    /// The mail that opened the ticket, for letters that show it.
    pub(super) fn opening(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
    ) -> Result<Option<Incoming>, OfficeError> {
        let first = tx.first_article(ticket.id)?;
        Ok(first.and_then(|stored| {
            let from = match stored.article.author {
                Author::Customer(from) | Author::ThirdParty(from) | Author::Machine(from) => from,
                Author::Agent(_) | Author::System => return None,
            };
            Some(Incoming {
                message: stored.article.message.unwrap_or(MessageRef(0)),
                from,
                subject: stored.article.subject,
                text: stored.article.text,
                attachments: stored.article.attachments,
                remarks: Vec::new(),
            })
        }))
    }

    /// Nobody is left to tell: the admins are.
    fn notify_admins(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        news: &News,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        self.tell(tx, ticket, &self.rules.admins, news, now)
    }

    fn tell(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &[Address],
        news: &News,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let to = self.house_within_limit(tx, to, news.word(), now)?;
        if to.is_empty() {
            return Ok(());
        }
        let (history, opening) = (history(tx, ticket)?, self.opening(tx, ticket)?);
        let scene = self.scene(ticket, self.rules.language, &history, opening.as_ref(), None, now);
        let rendered = self.letters.news(&Scene { answerable: false, ..scene }, news)?;
        let mail = Mail::report(&rendered);
        self.post_to_house(tx, Some(ticket), &to, &mail, now)
    }

    /// To the customer: only here does anything go to them.
    fn write(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &Named,
        letter: Letter,
        cause: &Cause<'_>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        // An address of ours as the customer's would be a loop.
        if self.rules.is_own(&to.address) {
            return Ok(());
        }
        let automatic = is_automatic(&letter);
        let quota = match automatic {
            true => self.quota(tx, &to.address, ticket.id, now)?,
            false => Quota::Free,
        };
        if quota == Quota::Over {
            return Ok(());
        }
        let history = Vec::new();
        let scene = self.scene(ticket, ticket.language, &history, None, None, now);
        let scene = Scene { no_more: quota == Quota::Last, ..scene };
        let mut rendered = match (&letter, cause.password) {
            (Letter::Credentials { login }, Some(password)) => {
                self.letters.credentials(&scene, login, password.reveal())?
            }
            (Letter::Show, _) => {
                self.letters.show_customer(&scene, &self.articles(tx, &scene, false)?)?
            }
            (Letter::ShowOther { number }, _) => {
                let theirs = |t: &Ticket| {
                    t.customer.as_ref().is_some_and(|customer| customer.address == to.address)
                };
                match tx.ticket_by_number(*number)?.filter(theirs) {
                    Some(other) => {
                        let scene = self.scene(&other, other.language, &history, None, None, now);
                        self.letters.show_customer(&scene, &self.articles(tx, &scene, false)?)?
                    }
                    // Whether there is one of that number is nobody else's business.
                    None => self.letters.letter(&scene, &Letter::Status { asks: Asks::Nothing })?,
                }
            }
            _ => self.letters.letter(&scene, &letter)?,
        };
        // An agent's files go with the agent's words, whichever letter these stand in.
        let with_files = match &letter {
            Letter::Reply { attachments_of, .. } => Some(*attachments_of),
            Letter::Verification { attachments_of, .. }
            | Letter::Question { attachments_of, .. } => *attachments_of,
            _ => None,
        };
        if let Some(message) = with_files {
            rendered.attachments.extend(self.files_for_customer(tx, message)?);
        }
        if let Letter::Verification { token, .. } = &letter {
            tx.add_link(&crate::authority::confirm::hash_of(&token.0), ticket.id)?;
        }
        let kind = letter.kind();
        let mail = Mail {
            kind,
            rendered: &rendered,
            urgency: Urgency::Urgent,
            is_answer: matches!(kind, LetterKind::Acknowledgement | LetterKind::Notice),
            author: match &letter {
                Letter::Verification { author, .. }
                | Letter::Question { author, .. }
                | Letter::Reply { author, .. } => Some(*author),
                _ => None,
            },
            automatic,
        };
        let token = match &letter {
            Letter::Verification { token, .. } => Some(token.0.as_str()),
            _ => None,
        };
        self.post_to_customer(tx, ticket, to, &mail, token, now)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what an answer is made of; a struct of them would be used once"
    )]
    fn answer(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: AgentId,
        answer: &Answer,
        offer: Option<Offer>,
        cause: &Cause<'_>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(agent) = self.rules.agent(to) else { return Ok(()) };
        // Who turned receipts off still learns of an offer, and of everything that went wrong.
        let is_fine = matches!(answer, Answer::Receipt(receipt) if receipt.all_went());
        if is_fine && !agent.receipts && offer.is_none() {
            return Ok(());
        }
        let history = history(tx, ticket)?;
        let opening = self.opening(tx, ticket)?;
        let scene =
            self.scene(ticket, agent.language, &history, opening.as_ref(), Some(agent), now);
        // What is shown of another ticket is about that one, so its links and answers must be, too.
        let (mut about, mut another) = (ticket, None);
        let rendered = match answer {
            Answer::List { filter } => {
                self.letters.list(&scene, filter, &self.listed(tx, agent, filter)?)?
            }
            Answer::Show { number } => match self.visible(tx, agent, *number)? {
                Some(other) => {
                    about = another.insert(other);
                    self.shown(tx, about, agent, now)?
                }
                None => {
                    let (problems, text) = (vec![unknown_ticket(*number)], String::new());
                    let error = Answer::Error { problems, text, corrected: None };
                    self.letters.answer(&scene, &error)?
                }
            },
            Answer::Receipt(_)
            | Answer::Error { .. }
            | Answer::Held { .. }
            | Answer::Leak { .. }
            | Answer::Challenge { .. }
            | Answer::Repeated { .. }
            | Answer::TokenVoid { .. }
            | Answer::Draft { .. }
            | Answer::Help { .. } => self.letters.answer(&scene, answer)?,
        };
        let offer = match offer {
            Some(offer) => {
                let keep = match offer.keep {
                    Keep::Day => Span::days(1),
                    Keep::Fortnight => Span::days(14),
                };
                Some(tx.add_offer(to, Some(ticket.id), &offer, now.plus(keep))?)
            }
            None => None,
        };
        let mail = Mail::answer(&rendered);
        self.post_to_agents(tx, about, &[agent], &mail, offer, cause.message, now)
    }

    /// The articles of the scene's ticket; for a customer, those that they may see.
    pub(super) fn articles(
        &self,
        tx: &Tx<'_>,
        scene: &Scene<'_>,
        internal: bool,
    ) -> Result<Vec<ShownArticle>, OfficeError> {
        let stored = tx.articles_in_part(scene.ticket.id, MOST_ARTICLES, MOST_LOADED)?.into_iter();
        let visible = stored.filter(|s| internal || s.article.visibility == Visibility::Public);
        Ok(visible
            .map(|s| ShownArticle {
                at: s.at,
                author: self.author_of(&s.article.author, scene, internal),
                visibility: s.article.visibility,
                subject: s.article.subject,
                text: s.article.text,
                attachments: s.article.attachments,
            })
            .collect())
    }

    /// An agent is to a customer what `sign_as` says, in whatever letter.
    fn author_of(&self, author: &Author, scene: &Scene<'_>, internal: bool) -> String {
        match author {
            Author::Customer(who) | Author::ThirdParty(who) | Author::Machine(who) => {
                who.called().to_owned()
            }
            Author::Agent(id) if internal => scene.agent(*id),
            Author::Agent(id) => {
                let signed = scene.signed(*id);
                if signed.is_empty() { self.rules.site_name.clone() } else { signed }
            }
            Author::System => self.rules.site_name.clone(),
        }
    }

    /// A mail went to quarantine: the postmaster is told, once an hour; the others are counted for the digest.
    pub(super) fn tell_of_quarantine(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        mailbox: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        if tx.recently(Counted::QuarantineMail, "", now)? > 0 {
            let note = Note::Quarantined { mailbox: mailbox.to_owned() };
            return Ok(tx.add_postmaster_line(now, &note)?);
        }
        tx.count_recent(Counted::QuarantineMail, "", now)?;
        let rendered = self.letters.quarantined(&self.rules, message.0, mailbox, reason)?;
        let mail = Mail::report(&rendered);
        self.post_to_house(tx, None, std::slice::from_ref(&self.rules.postmaster), &mail, now)
    }

    /// Welcomes a new agent to each of their queues.
    pub(super) fn welcome(
        &self,
        tx: &Tx<'_>,
        agent: &Agent,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        for queue in &agent.queues {
            let rendered = self.letters.welcome(&self.rules, agent, queue)?;
            let mail = Mail::news(&rendered);
            if let Some(queue) = self.rules.queue(queue) {
                self.post_without_ticket(tx, agent, queue, &mail, None, None, now)?;
            }
        }
        Ok(())
    }
}

/// Who reads it in their own light: the owner, and whose lock has just ended.
fn concerns_personally(agent: &Agent, ticket: &Ticket, news: &News) -> bool {
    let former = matches!(news, News::Released { former, .. } if *former == agent.id);
    ticket.owner() == Some(agent.id) || former
}

/// The mail whose files go along with news.
fn message_in(
    tx: &Tx<'_>,
    ticket: &Ticket,
    news: &News,
) -> Result<Option<MessageRef>, OfficeError> {
    let with_files =
        |incoming: &Incoming| (!incoming.attachments.is_empty()).then_some(incoming.message);
    match news {
        News::CustomerAnswer { incoming, .. } | News::ThirdParty { incoming, .. } => {
            Ok(with_files(incoming))
        }
        News::NewTicket { .. } | News::Assigned { .. } | News::Moved { .. } => {
            let first = tx.first_article(ticket.id)?;
            Ok(first.filter(|s| !s.article.attachments.is_empty()).and_then(|s| s.article.message))
        }
        _ => Ok(None),
    }
}

pub(super) fn history(
    tx: &Tx<'_>,
    ticket: &Ticket,
) -> Result<Vec<(Timestamp, crate::desk::effect::Who, crate::desk::effect::What)>, OfficeError> {
    Ok(tx
        .latest_history(ticket.id, MOST_PAST)?
        .into_iter()
        .map(|stored| (stored.at, stored.line.who, stored.line.what))
        .collect())
}
