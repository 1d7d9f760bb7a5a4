//! A finished letter becomes mail: to whom, from what envelope sender, with which tokens, in which thread. Rows of the outbox, one a recipient.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::authority::{Purpose as For, Token};
use crate::desk::Ticket;
use crate::desk::event::{LetterKind, MessageRef};
use crate::desk::people::{Agent, AgentId};
use crate::desk::rules::Queue;
use crate::letters::Rendered;
use crate::letters::compose::{self, About, Envelope};
use crate::letters::reflected;
use crate::letters::threading::{Thread, root};
use crate::mail::own_headers::without_ours;
use crate::mail::{Address, MessageId, Named, Timestamp};
use crate::store::{BodyId, Content, OfferId, OutgoingId, OutgoingMail, Purpose, Tx, Urgency};

/// A rendered letter and what the outbox must know of it.
pub(super) struct Mail<'a> {
    pub kind: LetterKind,
    pub rendered: &'a Rendered,
    pub urgency: Urgency,
    /// Goes out with the null sender: nobody needs to know that it did not arrive.
    pub is_answer: bool,
    pub author: Option<AgentId>,
    /// Counts against the limits for answers of ours.
    pub automatic: bool,
}

impl<'a> Mail<'a> {
    /// News: whoever it does not reach is noticed.
    pub(super) const fn news(rendered: &'a Rendered) -> Self {
        Self {
            kind: LetterKind::Notification,
            rendered,
            urgency: Urgency::Normal,
            is_answer: false,
            author: None,
            automatic: false,
        }
    }

    /// To an agent who waits for it.
    pub(super) const fn answer(rendered: &'a Rendered) -> Self {
        Self { urgency: Urgency::Urgent, is_answer: true, ..Self::news(rendered) }
    }

    /// To the postmaster or the admins.
    pub(super) const fn report(rendered: &'a Rendered) -> Self {
        Self { kind: LetterKind::Report, is_answer: true, ..Self::news(rendered) }
    }
}

/// A customer's thread names this many mails at most, of each direction.
const THREAD: u32 = 10;

impl Clerk {
    #[expect(
        clippy::too_many_arguments,
        reason = "what an agent's mail is made of; a struct of them would be used twice"
    )]
    pub(super) fn post_to_agents(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &[&Agent],
        mail: &Mail<'_>,
        offer: Option<OfferId>,
        answers: Option<MessageRef>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(queue) = self.rules.queue_writing_for(&ticket.queue) else { return Ok(()) };
        let body = self.body(tx, mail)?;
        let answered = match answers {
            Some(message) => tx.message(message)?.and_then(|m| m.message_id),
            None => None,
        };
        for agent in to {
            let Some(address) = agent.addresses.first() else { continue };
            let id = tx.next_outgoing_id()?;
            let tokens = self.tokens(tx, queue, agent, id, offer, Some(ticket), now)?;
            let reply_to = with_token(&queue.address, &queue.subaddress, &tokens.reply);
            let thread = Thread::of_agent(
                root(ticket.number, &queue.name, &queue.address),
                answered.clone(),
            );
            let about = About::Agents {
                site: &self.rules.site_name,
                queue: &queue.name,
                ticket: Some(ticket),
                event: mail.rendered.event,
            };
            let addressed = Addressed {
                to: (&agent.display, address),
                subject: None,
                reply_to: Some((&mail.rendered.reply_name, &reply_to)),
                thread: &thread,
                about,
                agent: Some(agent.id),
                offer,
                ticket: Some(ticket),
            };
            let reply_token = &tokens.both();
            self.post(tx, id, queue, mail, &addressed, &Body::Shared { body, reply_token }, now)?;
        }
        Ok(())
    }

    /// To an agent about no ticket: the welcome, held mails, and answers to what came to their own address.
    #[expect(clippy::too_many_arguments, reason = "as `post_to_agents`")]
    pub(super) fn post_without_ticket(
        &self,
        tx: &Tx<'_>,
        agent: &Agent,
        queue: &Queue,
        mail: &Mail<'_>,
        offer: Option<OfferId>,
        answers: Option<MessageRef>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(address) = agent.addresses.first() else { return Ok(()) };
        let answered = match answers {
            Some(message) => tx.message(message)?.and_then(|m| m.message_id),
            None => None,
        };
        let body = self.body(tx, mail)?;
        let id = tx.next_outgoing_id()?;
        let tokens = self.tokens(tx, queue, agent, id, offer, None, now)?;
        let reply_to = with_token(&queue.address, &queue.subaddress, &tokens.reply);
        let addressed = Addressed {
            to: (&agent.display, address),
            subject: None,
            reply_to: Some((&mail.rendered.reply_name, &reply_to)),
            thread: &Thread::of_agent(None, answered),
            about: About::Agents {
                site: &self.rules.site_name,
                queue: &queue.name,
                ticket: None,
                event: mail.rendered.event,
            },
            agent: Some(agent.id),
            offer,
            ticket: None,
        };
        let reply_token = &tokens.both();
        self.post(tx, id, queue, mail, &addressed, &Body::Shared { body, reply_token }, now)
    }

    /// What this agent's answer to this one mail is known by: in addresses, or where there are no subaddresses in the subjects of links.
    #[expect(clippy::too_many_arguments, reason = "what a token is made of")]
    fn tokens(
        &self,
        tx: &Tx<'_>,
        queue: &Queue,
        agent: &Agent,
        id: OutgoingId,
        offer: Option<OfferId>,
        ticket: Option<&Ticket>,
        now: Timestamp,
    ) -> Result<Tokens, OfficeError> {
        let token =
            |purpose, subject| Token { purpose, agent: Some(agent.id), subject, issued: now };
        let offer = offer.and_then(|offer| u32::try_from(offer.0).ok());
        if queue.subaddress.is_empty() {
            let own = self.signer.sign(&token(For::OnceStanding, id.0));
            let about_nothing = offer.is_none() && ticket.is_none();
            let reply = self.signer.sign(&token(For::Once, id.0));
            return Ok(Tokens { reply: if about_nothing { own.clone() } else { reply }, own });
        }
        let own = self.fresh_token(tx, token(For::Standing, 0), now)?;
        let reply = match (offer, ticket) {
            (Some(offer), _) => self.signer.sign(&token(For::Offer, offer)),
            (None, Some(ticket)) => self.fresh_token(tx, token(For::Reply, ticket.id.0), now)?,
            (None, None) => own.clone(),
        };
        Ok(Tokens { reply, own })
    }

    /// To the postmaster or the admins: nothing can be answered, so there is no token.
    pub(super) fn post_to_house(
        &self,
        tx: &Tx<'_>,
        ticket: Option<&Ticket>,
        to: &[Address],
        mail: &Mail<'_>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let queue = self.rules.queue_writing_for(ticket.map_or("", |t| t.queue.as_str()));
        let Some(queue) = queue else { return Ok(()) };
        let body = self.body(tx, mail)?;
        let thread = Thread::of_agent(
            ticket.and_then(|t| root(t.number, &queue.name, &queue.address)),
            None,
        );
        for address in to {
            let about = About::Agents {
                site: &self.rules.site_name,
                queue: &queue.name,
                ticket,
                event: mail.rendered.event,
            };
            let addressed = Addressed {
                to: ("", address),
                subject: None,
                reply_to: None,
                thread: &thread,
                about,
                agent: None,
                offer: None,
                ticket,
            };
            let (id, body) = (tx.next_outgoing_id()?, Body::Shared { body, reply_token: "" });
            self.post(tx, id, queue, mail, &addressed, &body, now)?;
        }
        Ok(())
    }

    /// To the customer. Answers come to the queue's address; those to a verification, to the address with the link's token.
    pub(super) fn post_to_customer(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &Named,
        mail: &Mail<'_>,
        link: Option<&str>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(queue) = self.rules.queue_writing_for(&ticket.queue) else { return Ok(()) };
        let theirs = tx.message_ids_from(ticket.id, &to.address.key(), THREAD)?;
        let mut thread = tx.message_ids_to(ticket.id, &to.address, THREAD)?;
        thread.reverse();
        thread.extend(theirs.into_iter().rev());
        let reply_to = match link {
            Some(token) => with_token(&queue.address, &queue.subaddress, token),
            None => queue.address.to_string(),
        };
        // The first letter of a thread answers nothing.
        let is_first = thread.is_empty();
        let addressed = Addressed {
            to: (reflected::name(&to.name), &to.address),
            subject: mail.rendered.subject.strip_prefix("Re: ").filter(|_| is_first),
            reply_to: link.map(|_| (mail.rendered.reply_name.as_str(), reply_to.as_str())),
            thread: &Thread::of_customer(thread),
            about: About::Customer { number: ticket.number },
            agent: None,
            offer: None,
            ticket: Some(ticket),
        };
        // A password never lies in plain, not even on its way.
        let id = tx.next_outgoing_id()?;
        if mail.kind == LetterKind::Credentials {
            return self.post(tx, id, queue, mail, &addressed, &Body::Sealed, now);
        }
        let body = Body::Shared { body: self.body(tx, mail)?, reply_token: "" };
        self.post(tx, id, queue, mail, &addressed, &body, now)
    }

    /// Human mail in a bounces mailbox, and what no queue wants: to the postmaster as it is.
    pub(super) fn pass_to_postmaster(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(raw) = tx.raw(message)? else { return Ok(()) };
        let Some(queue) = self.rules.queues.first() else { return Ok(()) };
        let id = tx.next_outgoing_id()?;
        let Some(message_id) = self.message_id(id, None, None, queue, now) else { return Ok(()) };
        let row = OutgoingMail {
            id,
            ticket: None,
            agent: None,
            kind: LetterKind::Report,
            event: "passed-on".into(),
            recipient: self.rules.postmaster.clone(),
            envelope_sender: None,
            message_id,
            author: None,
            offer: None,
            automatic: false,
            urgency: Urgency::Normal,
            created_at: now,
        };
        let body = tx.add_body(&without_ours(&raw))?;
        tx.add_outgoing(&row, Content::Open { headers: b"", body, reply_token: "" }, now)?;
        Ok(())
    }

    fn body(&self, tx: &Tx<'_>, mail: &Mail<'_>) -> Result<BodyId, OfficeError> {
        Ok(tx.add_body(&compose::body(mail.rendered, "1"))?)
    }

    #[expect(clippy::too_many_arguments, reason = "as `post_to_agents`")]
    fn post(
        &self,
        tx: &Tx<'_>,
        id: OutgoingId,
        queue: &Queue,
        mail: &Mail<'_>,
        addressed: &Addressed<'_>,
        body: &Body<'_>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let number = addressed.ticket.map(|t| t.number.to_string());
        let Some(message_id) = self.message_id(id, addressed.agent, number.as_deref(), queue, now)
        else {
            return Ok(());
        };
        let rendered = mail.rendered;
        let (to_name, to) = addressed.to;
        let headers = compose::headers(&Envelope {
            date: now,
            zone: self.rules.zone,
            from: (&rendered.from_name, queue.address.as_str()),
            to: (to_name, to.as_str()),
            reply_to: addressed.reply_to,
            subject: addressed.subject.unwrap_or(&rendered.subject),
            message_id: &message_id,
            thread: addressed.thread,
            about: addressed.about,
            automatic: rendered.automatic,
            urgent: rendered.urgent,
            language: rendered.language,
        });
        let row = OutgoingMail {
            id,
            ticket: addressed.ticket.map(|t| t.id),
            agent: addressed.agent,
            kind: mail.kind,
            event: rendered.event.to_owned(),
            recipient: to.clone(),
            envelope_sender: if mail.is_answer {
                None
            } else {
                self.envelope_sender(id, queue, now)
            },
            message_id,
            author: mail.author,
            offer: addressed.offer,
            automatic: mail.automatic,
            urgency: mail.urgency,
            created_at: now,
        };
        match body {
            Body::Shared { body, reply_token } => {
                tx.add_outgoing(
                    &row,
                    Content::Open { headers: &headers, body: *body, reply_token },
                    now,
                )?;
            }
            Body::Sealed => {
                let mut whole = headers;
                whole.extend_from_slice(&compose::body(rendered, "1"));
                let sealed = tx.key().seal(Purpose::Credentials, &whole)?;
                tx.add_outgoing(&row, Content::Sealed(&sealed), now)?;
            }
        }
        Ok(())
    }

    /// A signed address (VERP) to which a bounce finds its way; where none can be made, the queue's plain one.
    fn envelope_sender(&self, id: OutgoingId, queue: &Queue, now: Timestamp) -> Option<Address> {
        let token = self.token(For::Bounce, None, id.0, now);
        let signed = with_token(&queue.bounces, &queue.bounces_subaddress, &token);
        Some(Address::parse(&signed).unwrap_or_else(|| queue.address.clone()))
    }

    /// `<NUMBER.TOKEN@domain>`: an answer to it proves that its writer could read the mail.
    fn message_id(
        &self,
        id: OutgoingId,
        agent: Option<AgentId>,
        number: Option<&str>,
        queue: &Queue,
        now: Timestamp,
    ) -> Option<MessageId> {
        let token = self.token(For::MessageId, agent, id.0, now);
        MessageId::parse(&format!("{}.{token}@{}", number.unwrap_or("0"), queue.address.domain()))
    }

    fn token(
        &self,
        purpose: For,
        agent: Option<AgentId>,
        subject: u32,
        issued: Timestamp,
    ) -> String {
        self.signer.sign(&Token { purpose, agent, subject, issued })
    }
}

/// Whom one copy goes to, and what it says about that.
struct Addressed<'a> {
    to: (&'a str, &'a Address),
    /// Where it is not the letter's own.
    subject: Option<&'a str>,
    reply_to: Option<(&'a str, &'a str)>,
    thread: &'a Thread,
    about: About<'a>,
    agent: Option<AgentId>,
    offer: Option<OfferId>,
    ticket: Option<&'a Ticket>,
}

/// A recipient's tokens.
struct Tokens {
    /// For an answer to this mail.
    reply: String,
    /// For what belongs to no ticket.
    own: String,
}

impl Tokens {
    /// As the row keeps them.
    fn both(&self) -> String {
        format!("{} {}", self.reply, self.own)
    }
}

enum Body<'a> {
    Shared { body: BodyId, reply_token: &'a str },
    Sealed,
}

/// The address with a token in it; where the mailbox takes none, the plain address.
fn with_token(address: &Address, separator: &str, token: &str) -> String {
    if separator.is_empty() { address.to_string() } else { address.with_detail(separator, token) }
}
