//! An agent's mail, once it is known whether it is proven: carried out, or asked about, or not theirs to command.

use super::admission::is_let_in;
use super::clerk::{Clerk, LONGEST_TEXT, sender};
use super::error::OfficeError;
use super::needs;
use super::proof::{Commanding, has_commands};
use crate::authority::{Proof, Way, Ways, What};
use crate::desk::answer::{Answer, Intent, Problem, Refusal};
use crate::desk::command::Command;
use crate::desk::command_line::{self, Typed};
use crate::desk::effect::{
    Article, ArticleKind, Author, Effect, Keep, Offer, Visibility, What as Happened, Who,
};
use crate::desk::event::{AgentMail, Manner, MessageRef, Offered};
use crate::desk::note::Note;
use crate::desk::people::AgentId;
use crate::desk::routing::Standing;
use crate::desk::why::Why;
use crate::desk::{Decision, Event, HistoryLine, Ticket, TicketId, consent, decide, overview};
use crate::mail::understood::{Understood, understand};
use crate::mail::{Address, Protection, Timestamp};
use crate::store::{Counted, OfferId, Tx};

#[derive(PartialEq)]
pub(super) enum Outcome {
    Handled,
    /// The writer is no agent of this ticket: like anybody else's mail.
    NotTheirs,
}

/// What a mail has too little of, as its agent is told.
#[derive(Clone, Copy)]
pub(super) struct Lacks {
    /// That a command of it needs beyond what it had; none where nothing proved it at all.
    pub ways: Ways,
    pub why: Option<Why>,
}

/// A challenged mail's text is shown in short: 2,000 characters.
const CHALLENGE_TEXT: usize = 2_000;

/// At most so many challenges an hour go to one agent; then one line in the digest, and the mails are held.
const MOST_CHALLENGES: u32 = 3;
/// So many more where nobody but the agent is likely to have written: nobody else's mails use these up.
const MOST_OF_KNOWN: u32 = 10;

impl Clerk {
    pub(super) fn command(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        commanding: &Commanding,
        why: Option<Why>,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let lacks = Lacks { ways: Ways::NONE, why };
        if let Commanding::Proven(proof) = commanding {
            self.agent_is_there(tx, proof.agent)?;
        }
        if let Some(outcome) =
            self.about_what_is_gone(tx, message, understood, commanding, lacks, now)?
        {
            return Ok(outcome);
        }
        if self.ends_without_account(tx, message, understood, commanding, now)? {
            return Ok(Outcome::Handled);
        }
        match commanding {
            Commanding::Proven(proof) => match proof.on {
                What::Ticket(id) => self.proven(tx, message, understood, proof, id, None, why, now),
                What::Offer(offer) => {
                    let offer = OfferId(i64::from(offer));
                    let Some(offered) = tx.offer(offer)? else { return Ok(Outcome::NotTheirs) };
                    match offered.ticket {
                        Some(ticket) => self.proven(
                            tx,
                            message,
                            understood,
                            proof,
                            ticket,
                            Some(offer),
                            why,
                            now,
                        ),
                        None if offered.offer.manner == Manner::LetIn => {
                            let says_yes = consents(understood, &read(understood)).is_some();
                            if let Some(problem) = self.yes_needs_more(says_yes, proof.ways) {
                                let problems = vec![problem];
                                return self.refuse_alone(
                                    tx,
                                    message,
                                    proof.agent,
                                    problems,
                                    "",
                                    now,
                                );
                            }
                            self.let_in(tx, says_yes, proof.agent, (offer, &offered), now)?;
                            Ok(Outcome::Handled)
                        }
                        None => {
                            self.standing(tx, message, understood, proof, Some(offer), why, now)
                        }
                    }
                }
                What::Standing => self.standing(tx, message, understood, proof, None, why, now),
            },
            Commanding::Noted => Ok(Outcome::Handled),
            Commanding::UnprovenAlone { agent } => {
                self.challenge_alone(tx, message, understood, *agent, lacks, now)
            }
            Commanding::Unproven { agent, ticket } => {
                self.unproven(tx, message, understood, *agent, *ticket, lacks, now)
            }
            Commanding::Stranger { agent, ticket } => {
                self.stranger(tx, message, understood, *agent, *ticket, lacks, now)
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a proven mail is made of; a struct of them would be used once"
    )]
    fn proven(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        proof: &Proof,
        ticket: TicketId,
        offer: Option<OfferId>,
        why: Option<Why>,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let agent = proof.agent;
        let Some(ticket) = tx.ticket(ticket)?.filter(|ticket| self.may_work_on(agent, ticket))
        else {
            return Ok(Outcome::NotTheirs);
        };
        tx.set_message_ticket(message, ticket.id)?;
        tx.set_message_agent(message, agent)?;
        let typed = read(understood);
        let consent = offer.zip(consents(understood, &typed));
        let missing = match consent {
            // What a yes needs is looked at with what it offers, below.
            Some(_) => Ways::NONE,
            None => needs::missing(&typed, Manner::Plain, proof.ways, &self.policy),
        };
        if !missing.is_empty() {
            let lacks = Lacks { ways: missing, why };
            return self.unproven(tx, message, understood, agent, ticket.id, lacks, now);
        }
        let Some((offer, note)) = consent else {
            let is_command = typed.as_ref().is_ok_and(|typed| !typed.commands.is_empty());
            if self.said_before(tx, understood, agent, ticket.id, is_command, now)? {
                self.asks_whether_meant(tx, message, understood, agent, ticket, now)?;
                return Ok(Outcome::Handled);
            }
            return self.carry_out(
                tx,
                message,
                understood,
                agent,
                ticket,
                Manner::Plain,
                Offered::Nothing,
                now,
            );
        };
        // A yes is as good as the mail that brings it.
        if let Some(problem) = self.offer_needs_more(tx, offer, note, proof.ways)? {
            return self.refuse(tx, message, understood, agent, ticket, problem, now);
        }
        let Some(taken) = tx.take_offer(offer, now)?.filter(|taken| taken.agent == agent) else {
            return self.carry_out(
                tx,
                message,
                understood,
                agent,
                ticket,
                Manner::Plain,
                Offered::Gone,
                now,
            );
        };
        // Nothing typed is lost: what stands beside the yes stays inside.
        if let Some(typed) = typed.ok().filter(|t| !t.commands.is_empty() && !t.text.is_empty()) {
            let article = Article {
                author: Author::Agent(agent),
                visibility: Visibility::Internal,
                kind: ArticleKind::Note,
                subject: String::new(),
                text: self.without_tokens(&typed.text).unwrap_or(typed.text),
                attachments: Vec::new(),
                message: Some(message),
            };
            tx.add_article(ticket.id, now, &article)?;
        }
        // Exactly the stored mail, in the manner that its answer offered.
        let Some(raw) = tx.raw(taken.offer.message)? else { return Ok(Outcome::Handled) };
        let Ok(stored) = understand(&raw, &self.limits) else { return Ok(Outcome::Handled) };
        let manner = if note { Manner::AsNote } else { taken.offer.manner };
        self.carry_out(tx, taken.offer.message, &stored, agent, ticket, manner, Offered::Open, now)
    }

    #[expect(clippy::too_many_arguments, reason = "as `proven`")]
    fn carry_out(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        ticket: Ticket,
        manner: Manner,
        offered: Offered,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let mut typed = read(understood);
        // A bare yes to an offer that is gone must not reach the customer as an answer.
        if offered == Offered::Gone {
            typed = command_line::read(&["#yes".to_owned()], false);
        }
        let (logins, emails) = named_in(&typed);
        let mut had_token = self.without_tokens(&understood.new_text.text).is_some();
        let mut incoming = self.incoming(message, &understood.mail, &understood.new_text.text);
        // Whatever a mail program quoted as if it was typed: the token never reaches the customer.
        if let Ok(typed) = &mut typed
            && let Some(text) = self.without_tokens(&typed.text)
        {
            typed.text = text;
            had_token = true;
        }
        for file in &mut incoming.attachments {
            file.name = self.name_for_customer(&file.name, &file.media_type);
        }
        let text = incoming.text.clone();
        let mail = AgentMail {
            agent,
            incoming,
            known: self.known(tx, &ticket, &logins, &emails)?,
            blocks: self.blocks_named(&ticket, typed.iter().flat_map(|t| &t.commands), now)?,
            fresh: Self::fresh_link(),
            typed,
            manner,
            offered,
        };
        let event = Event::AgentWrote(Box::new(mail));
        let mut decision = decide(ticket.clone(), &event, now, &self.rules);
        self.name_left_behind(tx, &mut decision)?;
        let leaks = match manner.is_seen() {
            true => Vec::new(),
            false => self.leaks_in(tx, &decision, message, had_token)?,
        };
        if leaks.is_empty() {
            self.write_down(tx, decision, message.into(), now)?;
        } else {
            self.hold(tx, ticket, agent, message, manner, leaks, text, now)?;
        }
        Ok(Outcome::Handled)
    }

    /// Without authority a mail does nothing but ask the agent at the registered address: what would happen, in words.
    #[expect(clippy::too_many_arguments, reason = "as `proven`")]
    fn unproven(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        ticket: TicketId,
        lacks: Lacks,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let Some(ticket) = tx.ticket(ticket)?.filter(|ticket| self.may_work_on(agent, ticket))
        else {
            return Ok(Outcome::NotTheirs);
        };
        if !self.may_challenge(tx, message, understood, agent, lacks.ways, now)? {
            self.hold_unasked(tx, message, understood, &ticket.queue, now)?;
            return Ok(Outcome::Handled);
        }
        tx.set_message_ticket(message, ticket.id)?;
        let intents = intents(&read(understood));
        let answer = self.challenge(message, understood, intents, lacks, now);
        let offer = Some(Offer { message, manner: Manner::Plain, keep: Keep::Day });
        let decision = Decision {
            ticket,
            effects: vec![Effect::Answer { to: agent, answer, offer }],
            history: vec![HistoryLine { who: Who::System, what: Happened::Challenged }],
        };
        self.write_down(tx, decision, message.into(), now)?;
        Ok(Outcome::Handled)
    }

    /// What the agent is asked: what would happen, and the text in short.
    pub(super) fn challenge(
        &self,
        message: MessageRef,
        understood: &Understood,
        commands: Vec<Intent>,
        lacks: Lacks,
        now: Timestamp,
    ) -> Answer {
        let new = &understood.new_text.text;
        let mut incoming = self.incoming(message, &understood.mail, new);
        for file in &mut incoming.attachments {
            file.name = self.name_for_customer(&file.name, &file.media_type);
        }
        let mut rest = incoming.text.chars();
        Answer::Challenge {
            commands,
            text: rest.by_ref().take(CHALLENGE_TEXT).collect(),
            // A yes is for all of it, what is too long to be kept as an article, too.
            more: rest.count() + new.chars().count().saturating_sub(LONGEST_TEXT),
            files: incoming.attachments,
            subject: incoming.subject,
            sent_at: understood.mail.date.unwrap_or(now),
            from: sender(&understood.mail).address,
            needs: lacks.ways.iter().map(Way::as_str).collect(),
            why: lacks.why,
        }
    }

    /// At most three an hour go to one agent; then there is one line for the postmaster. Counted apart is what has a token of the
    /// agent, be it void or too old, or a proof that is not enough.
    pub(super) fn may_challenge(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        missing: Ways,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let carried = self.carried(&understood.mail);
        let is_known =
            !missing.is_empty() || carried.iter().any(|(_, token)| token.agent == Some(agent));
        let (who, most) = match is_known {
            true => ("known", MOST_OF_KNOWN),
            false => ("unknown", MOST_CHALLENGES),
        };
        let key = format!("{} {who}", agent.0);
        if is_let_in(tx, message)? || tx.recently(Counted::Challenge, &key, now)? < most {
            tx.count_recent(Counted::Challenge, &key, now)?;
            return Ok(true);
        }
        let name = self.rules.agent(agent).map(|a| a.name.as_str()).unwrap_or_default();
        tx.add_postmaster_line(now, &Note::Challenges { agent: name.to_owned() })?;
        Ok(false)
    }

    /// Somebody else wrote to an agent's reply address: attached as third-party mail, and whoever works on it is told that the address is void.
    #[expect(clippy::too_many_arguments, reason = "as `proven`")]
    fn stranger(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        ticket: TicketId,
        lacks: Lacks,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let Some(ticket) = tx.ticket(ticket)? else { return Ok(Outcome::NotTheirs) };
        // With commands in it, it may be the agent from another address: then they are asked.
        if has_commands(understood) {
            return self.unproven(tx, message, understood, agent, ticket.id, lacks, now);
        }
        if self.holds_follow_up(tx, message, understood, &ticket, Standing::ThirdParty, now)? {
            return Ok(Outcome::Handled);
        }
        tx.set_message_ticket(message, ticket.id)?;
        if self.is_too_much(tx, message, understood, &ticket, Standing::ThirdParty, now)? {
            return Ok(Outcome::Handled);
        }
        let incoming = self.incoming(message, &understood.mail, &understood.mail.text);
        let event = Event::ThirdPartyWrote { incoming, token_void: true };
        self.decide(tx, ticket, &event, message.into(), now)?;
        Ok(Outcome::Handled)
    }

    /// An authorised agent of the queue; never on a ticket whose customer they are.
    pub(super) fn may_work_on(&self, agent: AgentId, ticket: &Ticket) -> bool {
        self.rules.agent(agent).is_some_and(|agent| overview::may_see(agent, ticket))
    }
}

pub(super) fn read(understood: &Understood) -> Result<Typed, Vec<Problem>> {
    if understood.mail.protection.is_encrypted() {
        // Its parts must not go to the customer as if they were files, either.
        let refusal = match understood.mail.protection {
            Protection::Packed => Refusal::Packed,
            _ => Refusal::Encrypted,
        };
        return Err(vec![Problem { line: 0, typed: String::new(), refusal }]);
    }
    let new = &understood.new_text;
    command_line::read(&new.blocks, new.last_block_follows_quote)
}

/// Whether a reply to an offer is the consent to it (`#yes`, or the bare word), and whether as a note. Any other reply is none.
pub(super) fn consents(
    understood: &Understood,
    typed: &Result<Typed, Vec<Problem>>,
) -> Option<bool> {
    let typed = typed.as_ref().ok()?;
    if consent::is_bare_yes(&understood.new_text.text) {
        return Some(false);
    }
    match typed.commands.as_slice() {
        [only] => match only.command {
            Command::Yes { note } => Some(note),
            _ => None,
        },
        _ => None,
    }
}

/// Logins and addresses that a `#set` names: who has them must be known before.
fn named_in(typed: &Result<Typed, Vec<Problem>>) -> (Vec<String>, Vec<Address>) {
    let values = typed.iter().flat_map(|t| &t.commands).filter_map(|c| match &c.command {
        Command::Set { value, .. } => Some(value.trim()),
        _ => None,
    });
    let (mut logins, mut emails) = (Vec::new(), Vec::new());
    for value in values {
        match Address::parse(value) {
            Some(address) => emails.push(address),
            None => logins.push(value.to_lowercase()),
        }
    }
    (logins, emails)
}

/// What a mail would do, command by command; a plain reply would go to the customer.
pub(super) fn intents(typed: &Result<Typed, Vec<Problem>>) -> Vec<Intent> {
    match typed {
        Ok(typed) if typed.commands.is_empty() => {
            vec![Intent { typed: String::new(), name: "reply" }]
        }
        Ok(typed) => typed
            .commands
            .iter()
            .map(|c| Intent { typed: c.typed.clone(), name: c.spec.name })
            .collect(),
        Err(problems) => {
            problems.iter().map(|p| Intent { typed: p.typed.clone(), name: "unknown" }).collect()
        }
    }
}
