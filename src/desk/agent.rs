//! What an agent's mail does: all its commands over a copy of the ticket, or none; then the rest of the text; then one answer.

use super::answer::{Answer, Done, Line, Problem, Receipt, Refusal, TextFate};
use super::audience;
use super::carry::{self, Desk};
use super::command::{Command, LockRule, Spec, TextGoes};
use super::command_line::{self, Typed, TypedCommand};
use super::effect::{
    Article, ArticleKind, Author, Decision, Effect, Keep, Letter, News, Offer, Visibility, What,
    Who,
};
use super::event::{AgentMail, Manner, Offered};
use super::people::AgentId;
use super::rules::Rules;
use super::ticket::{Lock, State, Ticket};
use crate::mail::Timestamp;

pub fn wrote(decision: Decision, mail: &AgentMail, now: Timestamp, rules: &Rules) -> Decision {
    let typed = match &mail.typed {
        Ok(typed) => in_manner(typed, mail),
        Err(problems) => return refused(decision, mail, problems.clone()),
    };
    if typed.commands.is_empty() && typed.text.is_empty() && mail.incoming.attachments.is_empty() {
        return refused(
            decision,
            mail,
            vec![Problem { line: 0, typed: String::new(), refusal: Refusal::Empty }],
        );
    }
    let typed = match carry::with_text(&typed, &mail.blocks) {
        Ok(typed) => typed,
        Err((command, refusal)) => {
            let problem = blamed(command, refusal);
            return refused(decision, mail, vec![problem]);
        }
    };
    let before = decision.clone();
    match carried_out(decision, &typed, mail, now, rules) {
        Ok(done) => done,
        Err(problem) => match problem.refusal {
            Refusal::OwnedBy { agent, since } => held(before, mail, agent, since),
            _ => refused(before, mail, vec![problem]),
        },
    }
}

/// A mail that was held or challenged is carried out as its answer offered.
fn in_manner(typed: &Typed, mail: &AgentMail) -> Typed {
    let alone = |name: &str, command: Command| {
        Spec::named(name).map(|spec| TypedCommand {
            line: 0,
            typed: format!("#{name}"),
            command,
            spec,
        })
    };
    let mut typed = typed.clone();
    match mail.manner {
        Manner::Plain | Manner::PlainSeen | Manner::LetIn => {}
        Manner::TakeOver | Manner::TakeOverSeen => {
            // A reply without commands stays one beside the `#lock`.
            if typed.commands.is_empty() {
                typed.commands.extend(alone("reply", Command::Reply));
            }
            typed.commands.splice(0..0, alone("lock", Command::Lock { force: true })).for_each(drop)
        }
        Manner::AsNote => typed.commands = alone("note", Command::Note).into_iter().collect(),
        Manner::TextToCustomer | Manner::TextToCustomerSeen => {
            typed.commands = alone("reply", Command::Reply).into_iter().collect()
        }
    }
    if mail.manner == Manner::AsNote && typed.text.is_empty() {
        typed.text.clone_from(&mail.incoming.text);
    }
    typed
}

fn carried_out(
    decision: Decision,
    typed: &Typed,
    mail: &AgentMail,
    now: Timestamp,
    rules: &Rules,
) -> Result<Decision, Problem> {
    let mut desk = Desk {
        decision,
        mail,
        now,
        rules,
        took_lock: false,
        stays_inside: stays_inside(typed),
        text_goes_inside: false,
        ordered_account: false,
    };
    let mut lines = Vec::new();
    if typed.commands.is_empty() {
        let reply = Spec::named("reply");
        let blame = |refusal| Problem { line: 0, typed: String::new(), refusal };
        if let Some(spec) = reply {
            may_touch(&mut desk, spec, &Command::Reply).map_err(blame)?;
        }
    }
    // What ends in a state comes last: its text goes out before.
    let (ending, plain): (Vec<&TypedCommand>, Vec<&TypedCommand>) =
        typed.commands.iter().partition(|c| c.spec.ends);
    for command in &plain {
        lines.extend(one(&mut desk, command, typed)?);
    }
    // A closing takes the ticket before its text goes out: somebody else's is not written to either.
    for command in &ending {
        may_touch(&mut desk, command.spec, &command.command)
            .map_err(|refusal| blamed(command, refusal))?;
    }
    let fate = rest_of_text(&mut desk, typed).map_err(|refusal| Problem {
        line: 0,
        typed: String::new(),
        refusal,
    })?;
    for command in &ending {
        let done = carry::out(&mut desk, &command.command, typed)
            .map_err(|refusal| blamed(command, refusal))?;
        lines.extend(done.map(|done| (command.line, Line { typed: command.typed.clone(), done })));
    }
    lines.sort_by_key(|(line, _)| *line);
    let mut lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
    if typed.commands.is_empty()
        && let TextFate::Sent { to } = &fate
    {
        lines.push(Line { typed: String::new(), done: Done::Replied { to: to.clone() } });
    }
    let Desk { mut decision, took_lock, .. } = desk;
    sign_of_life(&mut decision.ticket, mail.agent, now);
    let offer = matches!(fate, TextFate::Kept { .. }).then_some(Offer {
        message: mail.incoming.message,
        manner: Manner::TextToCustomer,
        keep: Keep::Day,
    });
    let took_lock = took_lock && decision.ticket.owner() == Some(mail.agent);
    if !lines.is_empty() || fate != TextFate::None {
        let answer =
            Answer::Receipt(Receipt { lines, text: fate, took_lock, left_behind: Vec::new() });
        decision.then(Effect::Answer { to: mail.agent, answer, offer });
    }
    Ok(decision)
}

/// One command: whether it may, then what it does.
fn one(
    desk: &mut Desk<'_>,
    command: &TypedCommand,
    typed: &Typed,
) -> Result<Option<(usize, Line)>, Problem> {
    may_touch(desk, command.spec, &command.command).map_err(|refusal| blamed(command, refusal))?;
    let done =
        carry::out(desk, &command.command, typed).map_err(|refusal| blamed(command, refusal))?;
    Ok(done.map(|done| (command.line, Line { typed: command.typed.clone(), done })))
}

fn blamed(command: &TypedCommand, refusal: Refusal) -> Problem {
    Problem { line: command.line, typed: command.typed.clone(), refusal }
}

/// The lock rule of the table; a command that takes makes the ticket the agent's.
fn may_touch(desk: &mut Desk<'_>, spec: &Spec, command: &Command) -> Result<(), Refusal> {
    spec.on.fits(desk.ticket(), desk.rules)?;
    let me = desk.mail.agent;
    let owner = desk.ticket().lock;
    let is_closed = !desk.ticket().is_open();
    let forced = matches!(command, Command::Lock { force: true });
    match (spec.lock, owner) {
        (LockRule::Ignores, _) => Ok(()),
        (LockRule::NeedsOwn, Some(lock)) if lock.owner == me => Ok(()),
        (LockRule::NeedsOwn, _) => Err(Refusal::NotYours),
        (LockRule::Takes | LockRule::OwnOrFree, Some(lock)) if lock.owner != me && !forced => {
            Err(Refusal::OwnedBy { agent: lock.owner, since: lock.since })
        }
        (LockRule::OwnOrFree, _) => Ok(()),
        // `#reopen` takes the lock by itself; a word to a closed ticket's customer does not.
        (LockRule::Takes, _) if is_closed => Ok(()),
        (LockRule::Takes, Some(lock)) if lock.owner == me => Ok(()),
        (LockRule::Takes, from) => {
            take(desk, from.map(|lock| lock.owner));
            Ok(())
        }
    }
}

/// The ticket becomes the agent's, and colleagues learn it.
pub(super) fn take(desk: &mut Desk<'_>, from: Option<AgentId>) {
    let (me, now) = (desk.mail.agent, desk.now);
    let ticket = &mut desk.decision.ticket;
    ticket.lock =
        Some(Lock { owner: me, since: now, alive_at: now, customer_wrote: false, warned: false });
    if ticket.state == State::New {
        ticket.state = State::Open;
    }
    let colleagues = audience::colleagues(ticket, me, desk.rules);
    desk.took_lock = true;
    desk.decision.note(Who::Agent(me), What::Locked { from });
    if !colleagues.is_empty() {
        desk.decision
            .then(Effect::Notify { to: colleagues, news: News::Taken { by: me, at: now, from } });
    }
}

/// The owner's every command or reply restarts the release.
fn sign_of_life(ticket: &mut Ticket, agent: AgentId, now: Timestamp) {
    if let Some(lock) = ticket.lock.as_mut().filter(|lock| lock.owner == agent) {
        (lock.alive_at, lock.customer_wrote, lock.warned) = (now, false, false);
    }
}

/// A note, or what a quiet closing keeps to itself.
fn stays_inside(typed: &Typed) -> bool {
    typed.commands.iter().any(|command| {
        command.spec.text == TextGoes::Note
            || matches!(command.command, Command::Close { quiet: true, .. })
    })
}

/// What happens with the rest of the new text is never a surprise.
fn rest_of_text(desk: &mut Desk<'_>, typed: &Typed) -> Result<TextFate, Refusal> {
    let me = desk.mail.agent;
    let has = |wanted: TextGoes| typed.commands.iter().any(|c| c.spec.text == wanted);
    let said_reply = typed.commands.iter().any(|c| c.command == Command::Reply);
    let nothing = typed.text.is_empty();
    let attached = !desk.mail.incoming.attachments.is_empty();
    if nothing && (has(TextGoes::Note) || said_reply) && !attached {
        return Err(Refusal::Empty);
    }
    let note = desk.stays_inside;
    let to_customer = !note && (typed.commands.is_empty() || has(TextGoes::ToCustomer));
    if nothing && (!attached || !to_customer || (!typed.commands.is_empty() && !said_reply)) {
        return Ok(TextFate::None);
    }
    let lines = typed.text.lines().count();
    let article = Article {
        author: Author::Agent(me),
        visibility: if to_customer { Visibility::Public } else { Visibility::Internal },
        kind: if to_customer { ArticleKind::Mail } else { ArticleKind::Note },
        subject: String::new(),
        text: typed.text.clone(),
        attachments: desk.mail.incoming.attachments.clone(),
        message: Some(desk.mail.incoming.message),
    };
    desk.decision.then(Effect::Article(article));
    if !to_customer {
        desk.decision.note(Who::Agent(me), What::Noted);
        return Ok(if note { TextFate::Noted } else { TextFate::Kept { lines } });
    }
    let to = desk.ticket().customer.clone().ok_or(Refusal::NobodyToWriteTo)?;
    if desk.text_goes_inside {
        return Ok(TextFate::Inside { to: to.address, lines });
    }
    if desk.ticket().is_undeliverable(&to.address) {
        return Err(Refusal::Undeliverable { address: to.address });
    }
    desk.decision.note(Who::Agent(me), What::Replied);
    let letter = Letter::Reply {
        text: typed.text.clone(),
        author: me,
        attachments_of: desk.mail.incoming.message,
    };
    desk.decision.then(Effect::Write { to: to.clone(), letter });
    Ok(TextFate::Sent { to: to.address })
}

/// Nothing was done; the agent gets everything back.
fn refused(mut decision: Decision, mail: &AgentMail, mut problems: Vec<Problem>) -> Decision {
    for problem in &mut problems {
        if problem.refusal == Refusal::NothingOffered && mail.offered == Offered::Gone {
            problem.refusal = Refusal::OfferGone;
        }
    }
    let corrected = corrected(&problems, &mail.incoming.text);
    decision.note(Who::Agent(mail.agent), What::Refused);
    let answer = Answer::Error { problems, text: mail.incoming.text.clone(), corrected };
    decision.then(Effect::Answer { to: mail.agent, answer, offer: None });
    decision
}

/// The commands of the mail, each misspelt one put right; None where no guess helps.
fn corrected(problems: &[Problem], text: &str) -> Option<String> {
    let mut helped = false;
    let right = |problem: &Problem| match &problem.refusal {
        Refusal::Unknown { nearest: Some(nearest) } => {
            let rest =
                problem.typed.split_once(' ').map_or(String::new(), |(_, rest)| format!(" {rest}"));
            Some(format!("#{nearest}{rest}"))
        }
        Refusal::Expected { example, .. } if !example.is_empty() => Some((*example).to_owned()),
        _ => None,
    };
    let commands: Vec<String> = text
        .lines()
        .filter_map(command_line::as_command)
        .map(|typed| {
            let meant = problems.iter().find(|p| p.typed == typed).and_then(right);
            helped |= meant.is_some();
            meant.unwrap_or(typed)
        })
        .collect();
    helped.then(|| commands.join("\n"))
}

/// Somebody else has the ticket: the text is held, and two clicks decide.
fn held(mut decision: Decision, mail: &AgentMail, owner: AgentId, since: Timestamp) -> Decision {
    let commands = mail.typed.iter().flat_map(|t| &t.commands).map(|c| c.typed.clone()).collect();
    let manner = if mail.manner.is_seen() { Manner::TakeOverSeen } else { Manner::TakeOver };
    let offer = Offer { message: mail.incoming.message, manner, keep: Keep::Fortnight };
    let answer = Answer::Held { owner, since, commands, text: mail.incoming.text.clone() };
    decision.note(Who::Agent(mail.agent), What::Refused);
    decision.then(Effect::Answer { to: mail.agent, answer, offer: Some(offer) });
    decision
}

#[cfg(test)]
mod tests;
