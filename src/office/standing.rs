//! What came to an agent's own address, or asks for something without any ticket: answered where it only reads, else taught.
//!
//! What may be asked there is said in `desk::overview`. A proof is needed as for every command, and a challenge where it is missing.

use super::clerk::{Cause, Clerk};
use super::command::{Lacks, Outcome, consents, intents, read};
use super::error::OfficeError;
use super::evidence;
use super::needs;
use super::post::Mail;
use super::reading::unknown_ticket;
use crate::authority::Proof;
use crate::desk::answer::{Answer, Done, Intent, Line, Problem, Receipt, Refusal, TextFate};
use crate::desk::command_line::Typed;
use crate::desk::effect::{
    Article, ArticleKind, Author, Effect, Keep, Offer, Visibility, What as Happened, Who,
};
use crate::desk::event::{Manner, MessageRef};
use crate::desk::note::Circle;
use crate::desk::number::Number;
use crate::desk::overview::{self, Question};
use crate::desk::people::{Agent, AgentId};
use crate::desk::rules::Queue;
use crate::desk::why::Why;
use crate::desk::{Decision, HistoryLine, Ticket, TicketId};
use crate::letters::{Rendered, Scene};
use crate::mail::understood::{Understood, understand};
use crate::mail::{Mail as Incoming, Span, Timestamp};
use crate::store::{Counted, OfferId, Tx};

/// The commands whose effect needs no ticket, as the words of an intent.
const WITHOUT_TICKET: &[&str] = &["list", "show", "help", "back", "yes", "unknown"];

/// So often an hour an agent is told what about no ticket cannot be done.
const MOST_REFUSED: u32 = 20;

impl Clerk {
    /// A proven mail about no ticket; `offer` is what a yes in it carries out.
    #[expect(clippy::too_many_arguments, reason = "as `proven`")]
    pub(super) fn standing(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        proof: &Proof,
        offer: Option<OfferId>,
        why: Option<Why>,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let consented = offer.filter(|_| consents(understood, &read(understood)).is_some());
        let agent = proof.agent;
        let Some(offer) = consented else {
            let typed = read(understood);
            let missing = needs::missing(&typed, Manner::AsNote, proof.ways, &self.policy);
            if !missing.is_empty() {
                let lacks = Lacks { ways: missing, why };
                return self.challenge_alone(tx, message, understood, agent, lacks, now);
            }
            return self.questions(tx, message, understood, agent, now);
        };
        // A yes is as good as the mail that brings it.
        if let Some(problem) = self.offer_needs_more(tx, offer, true, proof.ways)? {
            return self.refuse_alone(tx, message, agent, vec![problem], "", now);
        }
        let Some(taken) = tx.take_offer(offer, now)?.filter(|taken| taken.agent == agent) else {
            let problem = Problem { line: 0, typed: "#yes".into(), refusal: Refusal::OfferGone };
            return self.refuse_alone(tx, message, agent, vec![problem], "", now);
        };
        // Exactly the stored mail.
        let Some(raw) = tx.raw(taken.offer.message)? else { return Ok(Outcome::Handled) };
        let Ok(stored) = understand(&raw, &self.limits) else { return Ok(Outcome::Handled) };
        self.questions(tx, taken.offer.message, &stored, agent, now)
    }

    /// All that a mail asks, or nothing of it.
    fn questions(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let Some(me) = self.rules.agent(agent).filter(|me| self.answers_for(me).is_some()) else {
            return Ok(Outcome::NotTheirs);
        };
        let text = self.incoming(message, &understood.mail, &understood.new_text.text).text;
        let typed = match read(understood) {
            Ok(typed) => typed,
            Err(problems) => return self.refuse_alone(tx, message, agent, problems, &text, now),
        };
        if typed.commands.is_empty() {
            // A hello in answer to the welcome shows that it arrived.
            if self.answers_welcome(tx, &understood.mail)? {
                return Ok(Outcome::Handled);
            }
            let problem = Problem { line: 0, typed: String::new(), refusal: Refusal::NoTicket };
            return self.refuse_alone(tx, message, agent, vec![problem], &text, now);
        }
        let questions = match overview::questions(&typed, agent, &self.rules) {
            Ok(questions) => questions,
            Err(problems) => return self.refuse_alone(tx, message, agent, problems, &text, now),
        };
        let mut shown = Vec::new();
        for number in questions.iter().filter_map(asked_number) {
            match self.visible(tx, me, number)? {
                Some(ticket) => shown.push(ticket),
                None => {
                    let problems = vec![unknown_ticket(number)];
                    return self.refuse_alone(tx, message, agent, problems, &text, now);
                }
            }
        }
        self.keep_text(tx, message, &typed, agent, &shown, now)?;
        for question in &questions {
            let answer = match question {
                Question::List(filter) => Answer::List { filter: filter.clone() },
                Question::Help(about) => Answer::Help { about: *about },
                Question::Back(typed) => Answer::Receipt(Receipt {
                    lines: vec![Line { typed: typed.clone(), done: Done::Back }],
                    text: TextFate::None,
                    took_lock: false,
                    left_behind: Vec::new(),
                }),
                Question::Show(_) => continue,
            };
            self.answer_standing(tx, agent, &answer, None, Some(message), now)?;
        }
        for ticket in shown {
            let answer = Answer::Show { number: ticket.number };
            let effect = Effect::Answer { to: agent, answer, offer: None };
            self.effect(tx, &ticket, effect, &Cause::from(message), now)?;
        }
        Ok(Outcome::Handled)
    }

    /// Text is a note with the tickets that the mail names. It never reaches a customer from here.
    fn keep_text(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        typed: &Typed,
        agent: AgentId,
        tickets: &[Ticket],
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        if typed.text.is_empty() {
            return Ok(());
        }
        if tickets.is_empty() {
            let text = TextFate::NotKept { lines: typed.text.lines().count() };
            let receipt =
                Receipt { lines: Vec::new(), text, took_lock: false, left_behind: Vec::new() };
            let answer = Answer::Receipt(receipt);
            return self.answer_standing(tx, agent, &answer, None, Some(message), now);
        }
        for ticket in tickets {
            let note = Article {
                author: Author::Agent(agent),
                visibility: Visibility::Internal,
                kind: ArticleKind::Note,
                subject: String::new(),
                text: self.without_tokens(&typed.text).unwrap_or_else(|| typed.text.clone()),
                attachments: Vec::new(),
                message: Some(message),
            };
            let lines = vec![Line { typed: String::new(), done: Done::Noted }];
            let receipt =
                Receipt { lines, text: TextFate::Noted, took_lock: false, left_behind: Vec::new() };
            let answer = Answer::Receipt(receipt);
            let decision = Decision {
                ticket: ticket.clone(),
                effects: vec![
                    Effect::Article(note),
                    Effect::Answer { to: agent, answer, offer: None },
                ],
                history: vec![HistoryLine { who: Who::Agent(agent), what: Happened::Noted }],
            };
            self.write_down(tx, decision, message.into(), now)?;
        }
        Ok(())
    }

    /// Without authority: the agent is asked at the registered address, and told that what needs a ticket will do nothing.
    pub(super) fn challenge_alone(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        lacks: Lacks,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let Some(queue) = self.rules.agent(agent).and_then(|me| self.answers_for(me)) else {
            return Ok(Outcome::NotTheirs);
        };
        if !self.may_challenge(tx, message, understood, agent, lacks.ways, now)? {
            self.hold_unasked(tx, message, understood, &queue.name, now)?;
            return Ok(Outcome::Handled);
        }
        let intents = intents(&read(understood)).into_iter().map(|intent| {
            match WITHOUT_TICKET.contains(&intent.name) {
                true => intent,
                false => Intent { name: "no-ticket", ..intent },
            }
        });
        let answer = self.challenge(message, understood, intents.collect(), lacks, now);
        let offer = Offer { message, manner: Manner::Plain, keep: Keep::Day };
        self.answer_standing(tx, agent, &answer, Some(offer), Some(message), now)?;
        Ok(Outcome::Handled)
    }

    pub(super) fn refuse_alone(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        agent: AgentId,
        problems: Vec<Problem>,
        text: &str,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        // A machine that answers whatever it gets would answer this as well.
        let key = agent.0.to_string();
        if tx.recently(Counted::Refusal, &key, now)? >= MOST_REFUSED {
            let from = self.rules.agent(agent).and_then(|me| me.addresses.first());
            if let Some(from) = from {
                self.note_loop(tx, Circle::SameAnswer, from, None, now)?;
            }
            return Ok(Outcome::Handled);
        }
        tx.count_recent(Counted::Refusal, &key, now)?;
        let answer = Answer::Error { problems, text: text.to_owned(), corrected: None };
        self.answer_standing(tx, agent, &answer, None, Some(message), now)?;
        Ok(Outcome::Handled)
    }

    /// An answer about no ticket, in the name of the first of the agent's queues.
    pub(super) fn answer_standing(
        &self,
        tx: &Tx<'_>,
        to: AgentId,
        answer: &Answer,
        offer: Option<Offer>,
        answers: Option<MessageRef>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(agent) = self.rules.agent(to).filter(|agent| agent.active) else { return Ok(()) };
        let Some(queue) = self.answers_for(agent) else { return Ok(()) };
        let blank = Ticket::blank(TicketId(0), Number(0), &queue.name, now, self.rules.language);
        let scene = Scene {
            recipient: Some(agent),
            ..self.scene(&blank, agent.language, &[], None, None, now)
        };
        let rendered: Rendered = match answer {
            Answer::List { filter } => {
                let tickets = self.listed(tx, agent, filter)?;
                self.letters.list_without_ticket(&scene, filter, &tickets)?
            }
            _ => self.letters.answer_without_ticket(&scene, answer)?,
        };
        let offer = match offer {
            Some(offer) => Some(tx.add_offer(to, None, &offer, now.plus(Span::days(1)))?),
            None => None,
        };
        let mail = Mail::answer(&rendered);
        self.post_without_ticket(tx, agent, queue, &mail, offer, answers, now)
    }

    /// The queue in whose name an agent is answered; who works on none is a customer like any other.
    pub(super) fn answers_for(&self, agent: &Agent) -> Option<&Queue> {
        agent.queues.iter().find_map(|name| self.rules.queue(name))
    }

    fn answers_welcome(&self, tx: &Tx<'_>, mail: &Incoming) -> Result<bool, OfficeError> {
        for id in evidence::answered(mail) {
            if tx.outgoing_by_message_id(id)?.is_some_and(|ours| ours.event == "welcome") {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

const fn asked_number(question: &Question) -> Option<Number> {
    match question {
        Question::Show(number) => Some(*number),
        Question::List(_) | Question::Help(_) | Question::Back(_) => None,
    }
}
