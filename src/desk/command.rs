//! COMMANDS, the one table: parser, help, suggestions, buttons and the manual's tables are made from it alone.
//!
//! What a row can say is in `spec`, what a command does in `carry`.

pub use super::spec::{Arg, Command, LockRule, On, Ready, Spec, TextGoes, When, Who};
use super::spec::{PLAIN, arg, maybe, text};

const FORCE: Arg = maybe("force", "force");
const OUTCOME: Arg = maybe("success|fail", "success|fail");

/// In the order of the help.
pub static COMMANDS: &[Spec] = &[
    Spec {
        name: "lock",
        de: "sperren",
        aliases: &["take", "übernehmen", "nehmen"],
        args: &[FORCE],
        lock: LockRule::Takes,
        many: true,
        on: On::OpenTicket,
        help: text(
            "das Ticket übernehmen, mit »force« auch von jemand anderem",
            "take the ticket; with “force” also from somebody else",
        ),
        make: |args| Ok(Command::Lock { force: args.flag("force") }),
        ..PLAIN
    },
    Spec {
        name: "unlock",
        de: "freigeben",
        aliases: &["release", "entsperren"],
        lock: LockRule::NeedsOwn,
        many: true,
        on: On::OpenTicket,
        help: text(
            "wieder freigeben; alle Berechtigten erfahren es",
            "give it back; everybody entitled is told",
        ),
        make: |_| Ok(Command::Unlock),
        ..PLAIN
    },
    Spec {
        name: "assign",
        de: "zuweisen",
        aliases: &["handover", "übergeben"],
        args: &[arg("NAME", "AGENT")],
        example: "anna",
        lock: LockRule::OwnOrFree,
        many: true,
        on: On::OpenTicket,
        help: text(
            "jemandem geben, der die ganze Benachrichtigung bekommt",
            "hand it to somebody, who gets the full notification",
        ),
        make: |args| Ok(Command::Assign { agent: args.word("assign")? }),
        ..PLAIN
    },
    Spec {
        name: "verify",
        de: "verifizieren",
        aliases: &["verifiziere"],
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        on: On::OpenApplication,
        help: text(
            "den Bestätigungslink schicken, Ihr Text steht mit darin",
            "send the confirmation link, with your text in it",
        ),
        make: |_| Ok(Command::Verify),
        ..PLAIN
    },
    Spec {
        name: "confirm",
        de: "bestätigen",
        aliases: &["freischalten", "bestätige", "bestaetigen"],
        args: &[FORCE],
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        on: On::OpenApplication,
        help: text(
            "das Konto sofort anlegen und die Zugangsdaten schicken",
            "create the account at once and send the credentials",
        ),
        make: |args| Ok(Command::Confirm { force: args.flag("force") }),
        ..PLAIN
    },
    Spec {
        name: "renew",
        de: "verlängern",
        aliases: &["extend", "verlaengern"],
        lock: LockRule::Takes,
        on: On::OpenApplication,
        help: text(
            "die Bestätigungsfrist neu öffnen, ohne Mail",
            "open the confirmation period again, without a mail",
        ),
        make: |_| Ok(Command::Renew),
        ..PLAIN
    },
    Spec {
        name: "ask",
        de: "rückfrage",
        aliases: &["question", "fragen", "rueckfrage"],
        args: &[maybe("BAUSTEIN", "TEMPLATE")],
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        on: On::OpenApplication,
        help: text(
            "die Standardfrage ohne Link schicken; Baustein oder Ihr Text stehen an ihrer Stelle",
            "send the standard question without a link; a text block or your text takes its place",
        ),
        make: |args| {
            let block = if args.is_done() { None } else { Some(args.word("ask")?) };
            Ok(Command::Ask { block })
        },
        ..PLAIN
    },
    Spec {
        name: "template",
        de: "baustein",
        args: &[arg("NAME", "NAME")],
        example: "question",
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        on: On::OpenTicket,
        help: text(
            "einen Textbaustein schicken; Ihr Text steht darunter",
            "send a text block, with your text below it",
        ),
        make: |args| Ok(Command::Template { name: args.word("template")? }),
        ..PLAIN
    },
    Spec {
        name: "draft",
        de: "entwurf",
        args: &[arg("NAME", "NAME")],
        example: "question",
        help: text(
            "einen Textbaustein zum Ändern holen",
            "get a text block by mail, ready to edit",
        ),
        make: |args| Ok(Command::Draft { name: args.word("draft")? }),
        ..PLAIN
    },
    Spec {
        name: "reply",
        de: "antwort",
        aliases: &["answer", "antworten"],
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        on: On::Any,
        help: text(
            "der Text geht als Antwort hinaus (auch ganz ohne Befehl)",
            "the text goes out as a reply (also without any command)",
        ),
        make: |_| Ok(Command::Reply),
        ..PLAIN
    },
    Spec {
        name: "preview",
        de: "vorschau",
        ready: Ready::Later(text(
            "senden Sie den Text als »#note« und lesen Sie ihn im Verlauf",
            "send the text as “#note” and read it in the history",
        )),
        help: text("die fertige Mail zuerst nur an Sie", "the finished mail to you alone first"),
        ..PLAIN
    },
    Spec {
        name: "note",
        de: "notiz",
        aliases: &["comment", "kommentar"],
        text: TextGoes::Note,
        help: text(
            "der Text ist eine interne Notiz, niemand draußen sieht sie",
            "the text is an internal note, nobody outside sees it",
        ),
        make: |_| Ok(Command::Note),
        ..PLAIN
    },
    Spec {
        name: "close",
        de: "schließen",
        aliases: &["closed", "resolve", "resolved", "schliessen", "geschlossen", "erledigt"],
        args: &[OUTCOME, maybe("quiet", "quiet")],
        who: Who::Both,
        example: "success",
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        many: true,
        ends: true,
        on: On::OpenTicket,
        help: text(
            "schließen; Text geht vorher hinaus, mit »quiet« nicht",
            "close; text goes out first, with “quiet” it does not",
        ),
        make: |args| {
            let (mut outcome, mut quiet) = (None, false);
            while !args.is_done() {
                match (args.flag("quiet"), outcome) {
                    (true, _) => quiet = true,
                    (false, None) => outcome = Some(args.outcome("close")?),
                    (false, Some(_)) => return Err(args.expected("close")),
                }
            }
            Ok(Command::Close { outcome, quiet })
        },
        ..PLAIN
    },
    Spec {
        name: "reopen",
        de: "öffnen",
        aliases: &["oeffnen", "open"],
        lock: LockRule::Takes,
        ends: true,
        on: On::ClosedTicket,
        help: text("wieder öffnen", "open it again"),
        make: |_| Ok(Command::Reopen),
        ..PLAIN
    },
    Spec {
        name: "pending",
        de: "warten",
        aliases: &["wait", "remind", "erinnern"],
        args: &[arg("WANN", "WHEN"), OUTCOME],
        example: "3d",
        lock: LockRule::Takes,
        text: TextGoes::ToCustomer,
        ends: true,
        on: On::OpenTicket,
        help: text(
            "erinnern, oder mit »success« oder »fail« dann schließen",
            "remind you, or with “success” or “fail” close it then",
        ),
        make: |args| {
            let when = args.when()?;
            let then = if args.is_done() { None } else { Some(args.outcome("pending")?) };
            Ok(Command::Pending { when, then })
        },
        ..PLAIN
    },
    Spec {
        name: "priority",
        de: "priorität",
        aliases: &["prio", "prioritaet"],
        args: &[arg("1-5", "1-5")],
        example: "2",
        help: text(
            "die Dringlichkeit, 1 ist am dringendsten",
            "how urgent it is, 1 is the most urgent",
        ),
        make: |args| Ok(Command::Priority(args.priority()?)),
        ..PLAIN
    },
    Spec {
        name: "queue",
        de: "queue",
        aliases: &["move", "verschieben"],
        args: &[arg("NAME", "NAME")],
        example: "support",
        lock: LockRule::OwnOrFree,
        many: true,
        on: On::OpenTicket,
        help: text("in eine andere Queue geben", "move it to another queue"),
        make: |args| Ok(Command::Queue { name: args.word("queue")? }),
        ..PLAIN
    },
    Spec {
        name: "merge",
        de: "zusammenführen",
        args: &[arg("NUMMER", "NUMBER")],
        example: "2026112300000014",
        lock: LockRule::Takes,
        ends: true,
        ready: Ready::Later(text(
            "schließen Sie eines mit »#close quiet« und nennen Sie in einer »#note« das andere",
            "close one with “#close quiet” and name the other in a “#note”",
        )),
        help: text("in ein anderes Ticket geben", "make it part of another ticket"),
        ..PLAIN
    },
    Spec {
        name: "unmerge",
        de: "trennen",
        lock: LockRule::Takes,
        ready: Ready::Later(text(
            "es gibt noch nichts zu trennen",
            "there is nothing to take apart yet",
        )),
        help: text("wieder trennen", "take it apart again"),
        ..PLAIN
    },
    Spec {
        name: "forward",
        de: "weiterleiten",
        args: &[arg("ADRESSE", "ADDRESS")],
        example: "abuse@example.net",
        lock: LockRule::Takes,
        ready: Ready::Later(text(
            "leiten Sie die Mail aus Ihrem Mailprogramm weiter",
            "forward the mail from your mail client",
        )),
        help: text("an jemanden draußen weiterleiten", "forward it to somebody outside"),
        ..PLAIN
    },
    Spec {
        name: "cc",
        de: "kopie",
        args: &[arg("ADRESSE", "ADDRESS")],
        example: "jo@example.net",
        lock: LockRule::Takes,
        ready: Ready::Later(text(
            "antworten Sie der Person einzeln",
            "write to that person separately",
        )),
        help: text("noch jemanden beteiligen", "one more participant"),
        ..PLAIN
    },
    Spec {
        name: "uncc",
        de: "ohnekopie",
        args: &[arg("ADRESSE", "ADDRESS")],
        example: "jo@example.net",
        lock: LockRule::Takes,
        ready: Ready::Later(text(
            "es ist noch niemand außer dem Kunden beteiligt",
            "nobody but the customer takes part yet",
        )),
        help: text("jemanden nicht mehr beteiligen", "one participant less"),
        ..PLAIN
    },
    Spec {
        name: "customer",
        de: "kunde",
        args: &[maybe("add", "add"), arg("ADRESSE", "ADDRESS")],
        example: "jo@example.net",
        lock: LockRule::Takes,
        ready: Ready::Later(text(
            "bei einem Antrag ändert »#set email« die Adresse",
            "for an application “#set email” changes the address",
        )),
        help: text("wessen Ticket es ist", "whose ticket it is"),
        ..PLAIN
    },
    Spec {
        name: "new",
        de: "neu",
        args: &[maybe("QUEUE", "QUEUE")],
        ready: Ready::Later(text(
            "leiten Sie die Mail an die Adresse der Queue",
            "send the mail to the queue's address",
        )),
        help: text("aus der Mail ein Ticket machen", "make a ticket of the mail"),
        ..PLAIN
    },
    Spec {
        name: "set",
        de: "setze",
        aliases: &["setzen"],
        args: &[arg("FELD", "FIELD"), arg("WERT", "VALUE")],
        example: "login jo",
        lock: LockRule::Takes,
        on: On::OpenApplication,
        help: text(
            "ein Feld des Antrags berichtigen: name, email, login, reason, language",
            "correct a field of the application: name, email, login, reason, language",
        ),
        make: |args| Ok(Command::Set { field: args.field()?, value: args.rest("set")? }),
        ..PLAIN
    },
    Spec {
        name: "spam",
        de: "spam",
        aliases: &["junk"],
        lock: LockRule::Takes,
        many: true,
        ends: true,
        on: On::OpenTicket,
        help: text(
            "als Spam schließen, ohne Mail; was der Absender noch schreibt, wird 30 Tage angehalten",
            "close it as spam, without a mail; what the sender still writes is held for 30 days",
        ),
        make: |_| Ok(Command::Spam),
        ..PLAIN
    },
    Spec {
        name: "show",
        de: "zeige",
        aliases: &["zeigen", "history"],
        args: &[maybe("NUMMER", "NUMBER")],
        who: Who::Both,
        many: true,
        help: text("alles über das Ticket in einer Mail", "all about the ticket in one mail"),
        make: |args| Ok(Command::Show(args.maybe_number()?)),
        ..PLAIN
    },
    Spec {
        name: "list",
        de: "liste",
        aliases: &["inbox"],
        args: &[maybe("free|mine|escalated|all|QUEUE|NAME", "free|mine|escalated|all|QUEUE|AGENT")],
        who: Who::Both,
        many: true,
        help: text(
            "was frei ist, was Ihres, was eskaliert ist",
            "what is free, what is yours, what is escalated",
        ),
        make: |args| Ok(Command::List(args.list_filter()?)),
        ..PLAIN
    },
    Spec {
        name: "search",
        de: "suche",
        aliases: &["find", "suchen"],
        args: &[arg("WÖRTER", "WORDS")],
        example: "rundbrief",
        many: true,
        ready: Ready::Later(text("nehmen Sie »#list all«", "use “#list all”")),
        help: text("suchen", "search"),
        ..PLAIN
    },
    Spec {
        name: "watch",
        de: "beobachten",
        ready: Ready::Later(text(
            "»#show« zeigt jederzeit den Verlauf",
            "“#show” shows the history at any time",
        )),
        help: text(
            "Kopien von allem zu diesem Ticket bekommen",
            "get copies of everything on the ticket",
        ),
        ..PLAIN
    },
    Spec {
        name: "unwatch",
        de: "abmelden",
        ready: Ready::Later(text("es gibt noch nichts abzumelden", "there is nothing to stop yet")),
        help: text("keine Kopien mehr", "no more copies"),
        ..PLAIN
    },
    Spec {
        name: "away",
        de: "abwesend",
        args: &[maybe("BIS", "UNTIL")],
        ready: Ready::Later(text(
            "geben Sie Ihre Tickets mit »#unlock« frei",
            "give your tickets back with “#unlock”",
        )),
        help: text(
            "keine Benachrichtigungen; Ihre Tickets werden frei",
            "no notifications; your tickets become free",
        ),
        ..PLAIN
    },
    Spec {
        name: "back",
        de: "zurück",
        aliases: &["zurueck"],
        // The office has switched them on already: every proven mail does that, whatever it says.
        help: text(
            "wieder da: Sie bekommen alle Benachrichtigungen",
            "here again: you get all notifications",
        ),
        make: |_| Ok(Command::Back),
        ..PLAIN
    },
    Spec {
        name: "yes",
        de: "ja",
        aliases: &["ok"],
        args: &[maybe("note", "note")],
        help: text(
            "tun, was die Mail anbietet, auf die Sie antworten",
            "do what the mail you are answering offers",
        ),
        make: |args| Ok(Command::Yes { note: args.flag("note") || args.flag("notiz") }),
        ..PLAIN
    },
    Spec {
        name: "undo",
        de: "zurücknehmen",
        lock: LockRule::NeedsOwn,
        ready: Ready::Later(text(
            "was schon getan ist, ändert der umgekehrte Befehl, etwa »#reopen«",
            "the opposite command changes what is done, for instance “#reopen”",
        )),
        help: text("den letzten Befehl zurücknehmen", "take the last command back"),
        ..PLAIN
    },
    Spec {
        name: "get",
        de: "hole",
        args: &[arg("N", "N")],
        example: "1",
        ready: Ready::Later(text(
            "fragen Sie die Administration nach der Datei",
            "ask the administrators for the file",
        )),
        help: text("einen großen Anhang holen", "get a large attachment"),
        ..PLAIN
    },
    Spec {
        name: "settings",
        de: "einstellungen",
        args: &[maybe("NAME WERT", "NAME VALUE")],
        ready: Ready::Later(text(
            "die Administration stellt das für Sie ein",
            "the administrators set this for you",
        )),
        help: text("Sprache, Quittungen, Hinweise", "language, receipts, notices"),
        ..PLAIN
    },
    Spec {
        name: "agent",
        de: "bearbeiter",
        args: &[arg("add|disable NAME", "add|disable NAME")],
        example: "add anna",
        who: Who::Lead,
        ready: Ready::Later(text(
            "die Administration nimmt »postamt agent«",
            "the administrators use “postamt agent”",
        )),
        help: text("Bearbeiterinnen und Bearbeiter der Queue", "agents of the queue"),
        ..PLAIN
    },
    Spec {
        name: "block",
        de: "textbaustein",
        args: &[arg("NAME", "NAME")],
        example: "question",
        who: Who::Lead,
        ready: Ready::Later(text(
            "die Administration legt Textbausteine an",
            "the administrators make text blocks",
        )),
        help: text("der Text wird ein Textbaustein", "the text becomes a text block"),
        ..PLAIN
    },
    Spec {
        name: "status",
        de: "stand",
        who: Who::Customer,
        help: text("wie es um Ihre Anfrage steht", "where your request stands"),
        make: |_| Ok(Command::Status),
        ..PLAIN
    },
    Spec {
        name: "withdraw",
        de: "zurückziehen",
        aliases: &["zurueckziehen"],
        who: Who::Customer,
        help: text("Ihren Antrag zurückziehen", "withdraw your application"),
        make: |_| Ok(Command::Withdraw),
        ..PLAIN
    },
    Spec {
        name: "help",
        de: "hilfe",
        aliases: &["?"],
        args: &[maybe("BEFEHL", "COMMAND")],
        who: Who::Both,
        help: text("alle Befehle, oder einer genau", "all commands, or one in detail"),
        make: |args| Ok(Command::Help { about: args.maybe_command()? }),
        ..PLAIN
    },
];

impl Spec {
    /// The command of this exact name, in either language, or by one of its synonyms.
    #[must_use]
    pub fn named(word: &str) -> Option<&'static Self> {
        let word = word.to_lowercase();
        COMMANDS
            .iter()
            .find(|s| s.name == word || s.de == word)
            .or_else(|| COMMANDS.iter().find(|s| s.aliases.contains(&word.as_str())))
    }
}
