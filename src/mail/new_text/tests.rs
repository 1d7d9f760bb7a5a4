//! Replies as clients write them, and what of each is new.

use super::*;

/// A mail as a client sends it: the new text, then what the client adds below.
struct Client {
    name: &'static str,
    below: &'static str,
}

const fn client(name: &'static str, below: &'static str) -> Client {
    Client { name, below }
}

/// Introductions whose quote below has no marks. To report one that is not known, add a line.
static UNMARKED: &[Client] = &[
    client(
        "Outlook de",
        "Von: Queue <q@example.org>\nGesendet: Montag, 23. November 2026 10:05\nAn: Jo <jo@example.net>\nBetreff: Ihr Antrag",
    ),
    client(
        "Outlook en",
        "From: Queue <q@example.org>\nSent: Monday, November 23, 2026 10:05 AM\nTo: Jo <jo@example.net>\nSubject: Your application",
    ),
    client(
        "Outlook with bold names",
        "*Von:* Queue <q@example.org>\n*Gesendet:* Montag, 23. November 2026 10:05\n*An:* Jo\n*Betreff:* Ihr Antrag",
    ),
    client(
        "Outlook with the rule",
        "________________________________\nVon: Queue <q@example.org>\nGesendet: Montag, 23. November 2026 10:05:33\nAn: Jo\nBetreff: Ihr Antrag",
    ),
    client(
        "Outlook 2003",
        "-----Ursprüngliche Nachricht-----\nVon: Queue [mailto:q@example.org]\nGesendet: Montag, 23. November 2026 10:05\nAn: Jo\nBetreff: Ihr Antrag",
    ),
    client(
        "Outlook Express",
        "----- Original Message ----- \nFrom: \"Queue\" <q@example.org>\nTo: <jo@example.net>\nSent: Monday, November 23, 2026 10:05 AM\nSubject: Your application",
    ),
    client(
        "Outlook with Cc and importance",
        "Von: Queue\nGesendet: Montag, 23. November 2026 10:05\nAn: Jo\nCc: Ida; Max\nBetreff: Ihr Antrag\nWichtigkeit: Hoch",
    ),
    client(
        "Outlook with wrapped recipients",
        "From: Queue\n<q@example.org>\nSent: Monday, November 23, 2026 10:05 AM\nTo: Jo <jo@example.net>; Ida <ida@example.net>;\nMax <max@example.net>\nSubject: Hello",
    ),
    client(
        "Outlook from HTML, blank lines between",
        "From: Queue <q@example.org>\n\nSent: Monday, November 23, 2026\n\nTo: Jo\n\nSubject: Hello",
    ),
    client(
        "Hotmail",
        "Date: Mon, 23 Nov 2026 10:05:33 +0100\nSubject: Hello\nFrom: q@example.org\nTo: jo@example.net",
    ),
    client(
        "web.de and GMX",
        "Gesendet: Montag, 23. November 2026 um 10:05 Uhr\nVon: \"Queue\" <q@example.org>\nAn: jo@example.net\nBetreff: Ihr Antrag",
    ),
    client(
        "GMX app",
        "-- \nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.\nAm 23.11.26, 10:05 schrieb Queue <q@example.org>:",
    ),
    client(
        "T-Online",
        "-----Original-Nachricht-----\nBetreff: Ihr Antrag\nDatum: 2026-11-23T10:05:00+0100\nVon: \"Queue\" <q@example.org>\nAn: \"jo@example.net\" <jo@example.net>",
    ),
    client(
        "Notes",
        "Von:\tQueue <q@example.org>\nAn:\tjo@example.net\nDatum:\t23.11.2026 10:05\nBetreff:\tIhr Antrag",
    ),
    client(
        "Notes 8",
        "-----Queue <q@example.org> schrieb: -----\nAn: jo@example.net\nVon: Queue <q@example.org>\nDatum: 23.11.2026 10:05\nBetreff: Ihr Antrag",
    ),
    client("GroupWise", ">>> Queue <q@example.org> 23.11.2026 10:05 >>>"),
    client(
        "Samsung",
        "-------- Ursprüngliche Nachricht --------\nVon: Queue <q@example.org>\nDatum: 23.11.26 10:05 (GMT+01:00)\nAn: jo@example.net\nBetreff: Ihr Antrag",
    ),
    client(
        "Samsung en",
        "-------- Original message --------\nFrom: Queue <q@example.org>\nDate: 23/11/2026 10:05 (GMT+01:00)\nTo: jo@example.net\nSubject: Hello",
    ),
    client(
        "Yahoo de",
        "Am Montag, 23. November 2026 um 10:05:33 MEZ hat Queue <q@example.org> Folgendes geschrieben:",
    ),
    client("Yahoo, older", "    Queue <q@example.org> schrieb am 10:05 Montag, 23.November 2026:"),
    client(
        "Proton",
        "------- Original Message -------\nOn Monday, November 23rd, 2026 at 10:05 AM, Queue <q@example.org> wrote:",
    ),
    client("Gmail", "On Mon, Nov 23, 2026 at 10:05 AM Queue <q@example.org> wrote:"),
    client("Gmail, 2016, without a colon", "2026-11-23 10:05 GMT+01:00 Jo Doe"),
    client("Gmail de", "Am Mo., 23. Nov. 2026 um 10:05 Uhr schrieb Queue <\nq@example.org>:"),
    client("Gmail Inbox de", "Queue <q@example.org> schrieb am Mo., 23.\nNov. 2026 um 10:05 Uhr:"),
    client("Apple Mail de", "Am 23.11.2026 um 10:05 schrieb Queue <q@example.org>:"),
    client(
        "Apple Mail on four lines",
        "On Nov 23, 2026,\nat 10:05,\nQueue\n<q@example.org> wrote:",
    ),
    client("Thunderbird", "Am 23.11.26 um 10:05 schrieb Queue:"),
    client("KMail", "Am Montag, 23. November 2026, 10:05:33 CET schrieb Queue:"),
    client("Evolution", "Am Montag, dem 23.11.2026 um 10:05 +0100 schrieb Queue:"),
    client("Open-Xchange", "Queue <q@example.org> hat am 23.11.2026 10:05 CET geschrieben:"),
    client(
        "Zimbra",
        "----- Ursprüngliche Mail -----\nVon: \"Queue\" <q@example.org>\nAn: \"jo\" <jo@example.net>\nGesendet: Montag, 23. November 2026 10:05:33\nBetreff: Ihr Antrag",
    ),
    client("mail.ru", "Понедельник, 23 ноября 2026, 10:05 +03:00 от Queue <q@example.org>:"),
    client("Yandex", "23.11.2026, 10:05, \"Queue\" <q@example.org>:"),
    client(
        "address torn to the next lines",
        "On Mon, 23 Nov 2026 at 10:05 Queue\n\n<\nmailto:Queue <q@example.org>\n> wrote:",
    ),
    client("fr", "Le lun. 23 nov. 2026 à 10:05, Queue <q@example.org> a écrit :"),
    client(
        "fr Outlook",
        "De : Queue <q@example.org>\nEnvoyé : lundi 23 novembre 2026 10:05\nÀ : Jo\nObjet : Bonjour",
    ),
    client("es", "El lun, 23 nov 2026 a las 10:05, Queue (<q@example.org>) escribió:"),
    client("it", "Il giorno lun 23 nov 2026 alle ore 10:05 Queue <q@example.org>\nha scritto:"),
    client(
        "it Outlook",
        "Da: Queue <q@example.org>\nInviato: lunedì 23 novembre 2026 10:05\nA: Jo\nOggetto: Ciao",
    ),
    client("pt", "Em seg., 23 de nov. de 2026 às 10:05, Queue <q@example.org> escreveu:"),
    client("nl", "Op ma 23 nov 2026 om 10:05 schreef Queue <q@example.org>:"),
    client(
        "nl Android",
        "Op 23 nov. 2026 10:05 schreef \"Queue\" <q@example.org> het\nvolgende geschreven:",
    ),
    client("sv", "Den mån 23 nov. 2026 kl 10:05 skrev Queue <q@example.org>:"),
    client("da", "Den man. 23. nov. 2026 kl. 10.05 skrev Queue <q@example.org>:"),
    client("fi", "ma 23. marrask. 2026 klo 10.05 Queue (q@example.org) kirjoitti:"),
    client("pl", "pon., 23 lis 2026 o 10:05 Queue <q@example.org> napisał(a):"),
    client("cs", "po 23. 11. 2026 v 10:05 odesílatel Queue <q@example.org> napsal:"),
    client("hu", "Queue <q@example.org> ezt írta (időpont: 2026. nov. 23., H, 10:05):"),
    client("tr", "Queue <q@example.org>, 23 Kas 2026 Pzt, 10:05 tarihinde şunu yazdı:"),
    client("ru", "пн, 23 нояб. 2026 г. в 10:05, Queue <q@example.org>:"),
    client(
        "ru Android",
        "23 нояб. 2026 г. 10:05 пользователь \"Queue\" <\nq@example.org> написал:",
    ),
    client("uk", "пн, 23 лист. 2026 р. о 10:05 Queue <q@example.org> пише:"),
    client("ja", "2026年11月23日(月) 10:05 Queue <q@example.org>:"),
    client("zh", "Queue <q@example.org> 于2026年11月23日周一 10:05写道："),
    client("zh 163.com", "在 2026-11-23 10:05:33，\"Queue\" <q@example.org> 写道："),
    client(
        "zh QQ",
        "------------------ 原始邮件 ------------------\n发件人: \"Queue\" <q@example.org>;\n发送时间: 2026年11月23日(星期一) 上午10:05\n收件人: \"jo\";\n主题: 你好",
    ),
    client("ko", "2026년 11월 23일 (월) 오전 10:05, Queue <q@example.org>님이 작성:"),
];

/// Introductions that are believed where the quote below is marked.
static MARKED: &[Client] = &[
    client("mutt", "On Mon, Nov 23, 2026 at 10:05:33AM +0100, Queue wrote:"),
    client("Gnus", "Queue <q@example.org> writes:"),
    client("Horde", "Zitat von Queue <q@example.org>:"),
    client("mutt with brackets", "* Queue <q@example.org> [2026-11-23 10:05]:"),
    client("a name", "Queue wrote:"),
    client("date and time", "On Tue, 2026-11-23 at 10:05 +0100, Queue wrote:"),
    client("Thai, in no table", "ในวันที่ จ. 23 พ.ย. 2026 เวลา 10:05 Queue <q@example.org> เขียนว่า:"),
    client(
        "Hebrew",
        "\u{202b}בתאריך יום ב׳, 23 בנוב׳ 2026 ב-10:05 מאת \u{202a}Queue\u{202c}\u{200f} <\u{202a}q@example.org\u{202c}\u{200f}>:\u{202c}",
    ),
];

static FORWARDS: &[&str] = &[
    "---------- Forwarded message ---------",
    "-------- Weitergeleitete Nachricht --------",
    "-------- Forwarded Message --------",
    "----- Forwarded message from Jo Doe <jo@example.net> -----",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "-----Weitergeleitete Nachricht-----",
    "---------- Message transféré ---------",
];

#[test]
fn what_stands_above_an_unmarked_quote_is_new_and_nothing_else() {
    for Client { name, below } in UNMARKED {
        for above in ["Hello,\n\nlogin is jo.", "ok", "Bitte\nso:"] {
            let mail = format!("{above}\n\n{below}\n\nDear Jo,\n#lock\n\nwhich login?\n");
            let new = new_text(&mail);
            assert_eq!(new.text, above, "{name}");
            assert!(!new.last_block_follows_quote, "{name}");
        }
    }
}

#[test]
fn nothing_is_new_in_a_reply_that_has_only_an_unmarked_quote() {
    for Client { name, below } in UNMARKED {
        let ours = "____ Please write your answer above this line ____\n\n";
        // Below a sentence alone, a mail that is not ours may as well have been typed.
        let is_sentence = !has_fields(below) && !below.starts_with("--") && !below.contains(">>>");
        for quoted in [Some(ours), (!is_sentence).then_some("")].into_iter().flatten() {
            let new = new_text(&format!("{below}\n\n{quoted}Dear Jo,\n#lock\n"));
            assert_eq!(new.blocks, Vec::<String>::new(), "{name}");
        }
    }
}

fn has_fields(below: &str) -> bool {
    let is_field = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(':') && name.chars().count() < 20 && !name.contains(char::is_numeric)
    };
    below.lines().filter(is_field).count() > 2
}

#[test]
fn text_above_and_below_a_marked_quote_is_new() {
    for Client { name, below } in UNMARKED.iter().chain(MARKED) {
        if below.contains(">>>") || below.starts_with("-- ") {
            continue;
        }
        let quoted = format!("{below}\n> Dear Jo,\n>\n> #lock\n\nBelow.\n");
        let new = new_text(&format!("Above.\n\n{quoted}"));
        // Fields are of clients that mark nothing: what is bare below them may be of the one who is answered.
        let has_fields = has_fields(below);
        let blocks: &[&str] = if has_fields { &["Above."] } else { &["Above.", "Below."] };
        assert_eq!(new.blocks, blocks, "{name}");
        assert_eq!(new.last_block_follows_quote, !has_fields, "{name}");
        assert_eq!(new_text(&quoted).blocks, ["Below."], "{name}");
        let kinds: Vec<LineKind> = new.left_out.iter().map(|piece| piece.kind).collect();
        assert_eq!(kinds, [LineKind::Attribution, LineKind::Quote], "{name}");
    }
}

#[test]
fn a_forwarded_mail_is_old_down_to_the_end() {
    for separator in FORWARDS {
        let new = new_text(&format!("See below.\n\n{separator}\nFrom: Jo\n\n> a\n\n#lock\n"));
        assert_eq!(new.text, "See below.", "{separator}");
        assert_eq!(new.left_out[0].kind, LineKind::Forwarded, "{separator}");
    }
}

#[test]
fn answers_between_quotes_are_blocks() {
    let new = new_text(
        "Am 23.11.26 um 10:05 schrieb Queue:\n> Which login?\n\njo\n\n> Which name?\nJo Doe\n> Regards\n\n-- \nJo\nexample.net\n",
    );
    assert_eq!(new.blocks, ["jo", "Jo Doe"]);
    assert_eq!(new.text, "jo\n\nJo Doe");
    assert!(new.last_block_follows_quote);
}

#[test]
fn an_interleaved_answer_below_a_signature_on_top_is_new() {
    let new =
        new_text("Thanks.\n-- \nJo\n\nOn 23.11.26 10:05, Queue wrote:\n> Which login?\n\njo\n");
    assert_eq!(new.blocks, ["Thanks.", "jo"]);
}

#[test]
fn signatures_are_left_out() {
    for signature in [
        "-- \nJo Doe\nexample.net",
        "-- \nJo\n\nA long life\n\n#lock",
        "--\nJo Doe\n+49 30 0000",
        "—\nJo",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for Android<https://example.org/o>",
        "_______________________________________________\nthe-list mailing list\nthe-list@example.org",
        "Diese E-Mail enthält\nvertrauliche Informationen, die nur für den bestimmt sind, an den sie sich richtet. Wer sie irrtümlich erhalten hat, teile es bitte dem Absender mit und lösche sie.\n\nEin zweiter Absatz.",
        "Virenfrei.www.example.org",
    ] {
        for below in ["", "\n\nOn 23.11.26 10:05, Queue wrote:\n> Hello\n"] {
            let new = new_text(&format!("Yes.\n\nKind regards\nJo\n\n{signature}{below}"));
            assert_eq!(new.text, "Yes.\n\nKind regards\nJo", "{signature:?}");
        }
    }
}

#[test]
fn what_only_looks_old_is_new() {
    for text in [
        "Am Montag schrieb mir Ihr Kollege: alles erledigt.\nAn wen soll ich mich wenden?",
        "Am 3. März schrieb ich Ihnen Folgendes:\nIch ziehe um.",
        "Am 3. Mai hat Herr Groß geschrieben:\nAlles gut.\n\nStimmt das?",
        "On the other hand:\nI wrote this myself.",
        "Von: Berlin\nAn: Hamburg\nDatum: 23.11.2026\n\nBitte buchen.",
        "The data come From: our database.\nTo: nobody.",
        "a > b\nb > c",
        "Options:\n-- one\n-- two\n-- three\n\nPlease choose.",
        "Title\n-----\n\nText\n\n====\n\nMore text",
        "- original idea\n-- original plan\n--- forwarded by me",
        "The notification was sent from my iPhone app.",
        "2026-11-23 10:05:00\n23.11.2026 10:05\n\nThese are times.",
        "Termin am 23.11.2026 um 10:00 bei jo@example.org:\n- Kaffee\n- Kuchen",
        "Name: Jo\nE-Mail: jo@example.net\nLogin: jo\nGrund: Lesen",
    ] {
        assert_eq!(new_text(text).text, text);
    }
}

#[test]
fn below_our_marker_everything_is_old_where_the_client_quotes_without_marks() {
    for marker in [
        "____ Antwort bitte über diese Zeile schreiben __________________________",
        "__ Please write your answer above this line __",
        "____ Antwort bitte über diese Zeile\nschreiben ______________",
    ] {
        for above in [
            "",
            "Queue zapsal(a) 23.11.2026:\n\n",
            "Queue <q@example.org>\npě 23. 11. v 10 jsem:\n",
            "Odesílatel: q@example.org\nPosláno: včera\n\n",
            "________________________________\n",
        ] {
            let new = new_text(&format!(
                "jo\n\n{above}{marker}\n\nNew application\n#lock\n> #lock\n\n#lock\n"
            ));
            assert_eq!(new.text, "jo", "{marker:?} {above:?}");
        }
    }
}

#[test]
fn a_command_above_an_introduction_is_no_part_of_it() {
    for (command, below) in [
        ("#pending 2026-11-23", "Queue <q@example.org> wrote:\n> Hello\n"),
        ("#lock", "On 23.11.26 10:05, Queue <q@example.org> wrote:\nHello\n"),
        (
            "#cc ida@example.org",
            "Queue zapsal:\n____ Please write your answer above this line ____\n",
        ),
        ("#lock", "____ Please write your answer above this line ____\n"),
        ("#lock", "> Hello\n"),
        ("#lock", "-- \nAnna\n"),
        ("#lock", "Sent from my iPhone"),
    ] {
        let new = new_text(&format!("{command}\n{below}"));
        assert_eq!(
            new.blocks.first().and_then(|block| block.lines().next()),
            Some(command),
            "{below:?}"
        );
    }
}

#[test]
fn below_a_marked_marker_an_answer_is_new() {
    let new = new_text(
        "Am 23.11.26 um 10:05 schrieb Queue:\n> ____ Please write your answer above this line ____\n>\n> Which login?\n\njo\n",
    );
    assert_eq!(new.blocks, ["jo"]);
    assert!(new.last_block_follows_quote);
}

#[test]
fn what_was_wrapped_out_of_a_quote_is_no_answer() {
    let long = "> | Somebody wrote so much on this line that the client had to break it";
    for (rest, below, new) in [
        ("somewhere", "> else", vec![]),
        ("#lock", "> else", vec![]),
        ("#lock", "", vec![]),
        ("I see.", "", vec!["I see."]),
    ] {
        let mail = format!("Queue wrote:\n{long}\n{rest}\n{below}\n");
        assert_eq!(new_text(&mail).blocks, new, "{rest:?} {below:?}");
    }
    assert_eq!(new_text("> Which login?\njo\n> Which name?\nJo").blocks, ["jo", "Jo"]);
}

/// A quadratic step anywhere would take these tests from seconds to hours.
#[test]
fn a_megabyte_of_quotes_or_of_nothing_is_read_line_by_line() {
    for line in ["> quoted\n", "\n", ">\n", "a", "> a ", ":", "_"] {
        let mail = line.repeat(1_000_000 / line.len());
        assert_eq!(lines(&mail).len(), mail.split('\n').count(), "{line:?}");
    }
}

#[test]
fn many_lines_that_nearly_are_introductions_are_read_line_by_line() {
    for line in [
        "a:\n",
        "a wrote\n<b@c>:\n",
        "From: a\nTo: b\nCc: c\n",
        "From:\n\n",
        "____\n",
        "--\n",
        "-- \n",
        "-----a:\n",
        "Please\n",
        "Antwort bitte über\n",
        "On 1.1.2026 10:05 a@b wrote:\n> \n",
        "-----Original Message-----\n> \n",
        "Jo wrote:\n\n> a\n",
        "Sent from my iPhone\n",
        "This e-mail\n\n",
        "This e-mail is confidential\n\n",
        "a: b@c\n",
        "<a@b.c>\n1.1.2026 10:05\n\n",
        "On 1.1.2026 10:05 a <b@c>: d\n",
        "10:05 schrieb a 1.1.2026\n> \n",
        "##- a -##\n",
        "____________________\n\n",
        "Original Message\nFrom: a\n",
    ] {
        let mail = line.repeat(100_000 / line.len());
        assert_eq!(lines(&mail).len(), mail.split('\n').count(), "{line:?}");
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Lines as mails have them, and worse.
    fn line() -> impl Strategy<Value = String> {
        let known: Vec<&'static str> = UNMARKED
            .iter()
            .chain(MARKED)
            .map(|client| client.below)
            .chain(FORWARDS.iter().copied())
            .chain([
                "",
                "",
                "ok",
                "-- ",
                "--",
                "____",
                "Hello,",
                "> a",
                ">",
                "Sent from my iPhone",
                "a:",
                "From: a",
            ])
            .collect();
        prop_oneof![3 => prop::sample::select(known).prop_map(str::to_owned), 2 => "[ -~äß#>:_]{0,40}", 1 => "\\PC{0,20}"]
    }

    fn mail() -> impl Strategy<Value = String> {
        prop::collection::vec(line(), 0..30).prop_map(|lines| lines.join("\n"))
    }

    fn is_nowhere(secret: &str, new: &NewText) -> bool {
        !new.text.contains(secret) && new.blocks.iter().all(|block| !block.contains(secret))
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_and_no_line_is_lost(text in any::<String>()) {
            let read: Vec<&str> = lines(&text).into_iter().map(|(_, line)| line).collect();
            let split: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
            prop_assert_eq!(read, split);
        }

        #[test]
        fn a_quoted_line_is_never_new(above in mail(), mark in prop::sample::select(vec![">", "> ", ">>", "  > "]), below in mail()) {
            let new = new_text(&format!("{above}\n{mark}secret4711\n{below}"));
            prop_assert!(is_nowhere("secret4711", &new), "{:?}", new);
        }

        #[test]
        fn below_the_marker_nothing_is_new(above in mail(), below in mail()) {
            let new = new_text(&format!("{above}\n____ Please write your answer above this line ____\n{below}\nsecret4711\n{below}"));
            prop_assert!(is_nowhere("secret4711", &new), "{:?}", new);
        }

        #[test]
        fn below_a_forward_nothing_is_new(above in mail(), separator in prop::sample::select(FORWARDS), below in mail()) {
            let new = new_text(&format!("{above}\n{separator}\n{below}\nsecret4711\n{below}"));
            prop_assert!(is_nowhere("secret4711", &new), "{:?}", new);
        }

        #[test]
        fn a_signature_is_never_new(above in mail(), signature in prop::collection::vec("[ -=?-~]{0,30}", 0..5)) {
            let signature = signature.join("\n");
            let new = new_text(&format!("{above}\n-- \n{signature}\nsecret4711\n{signature}"));
            prop_assert!(is_nowhere("secret4711", &new), "{:?}", new);
        }

        #[test]
        fn what_is_new_stays_new_when_read_again(text in mail()) {
            let new = new_text(&text);
            for block in &new.blocks {
                // Less may be left: what was an answer may be read as a signature once it stands alone.
                let again = new_text(block);
                prop_assert!(again.blocks.iter().all(|part| block.contains(part.as_str())));
            }
            prop_assert!(new.blocks.iter().all(|block| !block.trim().is_empty()));
            prop_assert_eq!(new.text, new.blocks.join("\n\n"));
        }
    }
}

#[test]
fn what_stands_behind_a_megabyte_commands_nothing() {
    let text = format!("#close\n{}\n\n#lock\n", "x\n".repeat(600_000));
    let new = new_text(&text);
    assert!(new.text.starts_with("#close") && !new.text.contains("#lock"));
    assert!(new.left_out.iter().any(|piece| piece.text.ends_with("#lock")));
}

#[test]
fn what_may_be_of_the_one_who_is_answered_commands_nothing() {
    let fields = "From: Jo <jo@example.net>\nSent: Monday, 23 November 2026 10:05\nTo: a@example.org\nSubject: x\n";
    let separator = "-----Original Message-----\n";
    for head in [fields.to_owned(), format!("{separator}{fields}")] {
        let new = new_text(&format!("Danke.\n\n{head}\n> older quote\n#lock\nBest, Jo\n"));
        assert_eq!(new.text, "Danke.", "{head}");
        // A pure bottom answer is the first block, and counts.
        assert_eq!(new_text(&format!("{head}\n> quote\n#lock\n")).blocks, ["#lock"]);
    }
    for torn in [
        "Yes.\n\n> Dear Anna, please do what I have asked you for so often and\n#lock\n",
        "Yes.\n\n> please type\n#lock\n> to lock it\n",
    ] {
        assert_eq!(new_text(torn).text, "Yes.", "{torn}");
    }
    assert_eq!(new_text("> How?\n#lock\n> And what then?\nNothing.\n").text, "#lock\n\nNothing.");
    // Below a whole sentence, and with more of it, it was typed.
    let full =
        "> Could you please see to it until Friday, and then tell me about it?\n#note\nYes.\n";
    assert_eq!(new_text(full).text, "#note\nYes.");
    for end in ["", "> More.\n", "\nYes.\n"] {
        let torn = format!(
            "> I asked for it so often that I am really tired of asking again.\n#lock\n{end}"
        );
        assert!(!new_text(&torn).text.contains("#lock"), "{torn}");
    }
}

#[test]
fn a_command_below_what_sounds_like_a_disclaimer_was_typed() {
    let new = new_text("Danke.\n\nThis message was confidential. Now:\n\n#lock\n");
    assert!(new.text.ends_with("#lock"), "{new:?}");
}

#[test]
fn a_rule_above_marks_is_of_the_client() {
    let new = new_text("Yes.\n\n______________________________\n> From: Jo\n>\n> #lock\n");
    assert_eq!(new.text, "Yes.");
}

#[test]
fn a_command_behind_many_disclaimers_is_found_in_one_go() {
    let text = format!("Hello\n\n{}#note\n", "This e-mail is confidential.\n\n".repeat(30_000));
    assert!(new_text(&text).text.ends_with("#note"));
}
