//! What can be said of a command: what a line means, whose it is, what it does to the lock and to the rest of the text.
//! The commands themselves are the rows of `command`.

use super::answer::ListFilter;
use super::application::Field;
use super::arguments::{Args, Expected};
use super::number::Number;
use super::people::{Language, Text};
use super::ticket::Outcome;
use crate::mail::Span;

/// A line that was understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Lock { force: bool },
    Unlock,
    Assign { agent: String },
    Verify,
    Confirm { force: bool },
    Renew,
    Ask { block: Option<String> },
    Template { name: String },
    Draft { name: String },
    Reply,
    Note,
    Close { outcome: Option<Outcome>, quiet: bool },
    Reopen,
    Pending { when: When, then: Option<Outcome> },
    Priority(u8),
    Queue { name: String },
    Set { field: Field, value: String },
    Spam,
    Show(Option<Number>),
    List(ListFilter),
    Back,
    Yes { note: bool },
    Help { about: Option<&'static str> },
    Status,
    Withdraw,
}

/// A day or a span, as typed; it becomes a moment where the agent's zone is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Days from today at the same local time.
    Days(u32),
    /// Hours, minutes, seconds from now.
    Span(Span),
    /// 08:00 of that day.
    Date {
        year: i32,
        month: u32,
        day: u32,
    },
    Tomorrow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Agent,
    Lead,
    Customer,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockRule {
    Ignores,
    Takes,
    NeedsOwn,
    OwnOrFree,
}

/// Where the rest of what was typed goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextGoes {
    ToCustomer,
    Note,
    /// Administrative: it does not decide; alone, the text is kept as a note and offered.
    Nowhere,
}

/// When a command makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Any,
    OpenTicket,
    ClosedTicket,
    OpenApplication,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    Now,
    /// Known, but not done yet: what to do instead.
    Later(Text),
}

/// A placeholder as the help prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    pub shown: Text,
    pub optional: bool,
}

pub struct Spec {
    pub name: &'static str,
    pub de: &'static str,
    /// Usual synonyms in either language.
    pub aliases: &'static [&'static str],
    pub args: &'static [Arg],
    /// What stands behind the name in an example that parses; empty where it stands alone.
    pub example: &'static str,
    pub who: Who,
    pub lock: LockRule,
    pub text: TextGoes,
    /// May name tickets at the end of the line.
    pub many: bool,
    /// At most one of these a mail, and nothing but `#note` after it.
    pub ends: bool,
    pub on: On,
    pub ready: Ready,
    pub help: Text,
    pub make: fn(&mut Args<'_>) -> Result<Command, Expected>,
}

pub(super) const fn text(de: &'static str, en: &'static str) -> Text {
    Text { de, en }
}
pub(super) const fn arg(de: &'static str, en: &'static str) -> Arg {
    Arg { shown: text(de, en), optional: false }
}
pub(super) const fn maybe(de: &'static str, en: &'static str) -> Arg {
    Arg { shown: text(de, en), optional: true }
}

/// What most commands are like; the table names what differs.
pub(super) const PLAIN: Spec = Spec {
    name: "",
    de: "",
    aliases: &[],
    args: &[],
    example: "",
    who: Who::Agent,
    lock: LockRule::Ignores,
    text: TextGoes::Nowhere,
    many: false,
    ends: false,
    on: On::Any,
    ready: Ready::Now,
    help: text("", ""),
    make: |args| Err(args.expected("")),
};

impl Spec {
    /// As the help prints it: `#close [success|fail] [quiet]`.
    #[must_use]
    pub fn usage(&self, language: Language) -> String {
        let name = match language {
            Language::De => self.de,
            Language::En => self.name,
        };
        let mut usage = format!("#{name}");
        for arg in self.args {
            let shown = arg.shown.get(language);
            usage.push_str(&if arg.optional { format!(" [{shown}]") } else { format!(" {shown}") });
        }
        usage
    }
}
