//! What clients and firms put below what was typed: signatures, "sent from my phone", disclaimers.
//!
//! Only the end of a run of new text is looked at. A closing ("Kind regards, Jo") was typed and stays.

use super::line::{LineKind, bare, is_blank, is_command_like, without_emphasis};

/// What a client writes below a mail by itself. To teach another one, add a line.
struct Advert {
    starts: &'static str,
    /// What it must end with; empty where it may end with anything.
    ends: &'static str,
}

const fn advert(starts: &'static str, ends: &'static str) -> Advert {
    Advert { starts, ends }
}

#[rustfmt::skip]
static ADVERTS: &[Advert] = &[
    /* en */ advert("sent from", ""), advert("sent via", ""), advert("yahoo mail: search, organize, conquer", ""), advert("sent with", ""), advert("sent using", ""), advert("get outlook for", ""), advert("from my iphone", ""), advert("from my ipad", ""), advert("from my mobile", ""), advert("get bluemail for", ""), advert("get spark for", ""), advert("", "from mobile"), advert("", "from my mobile"), advert("", "from my phone"), advert("sent by", "galaxy"), advert("sent from", "network"), advert("secured with", ""),
    /* de */ advert("versendet mit", ""), advert("versandt mit", ""), advert("verschickt mit", ""), advert("verschickt von meinem", ""), advert("von meinem", "gesendet"), advert("von meiner", "gesendet"), advert("gesendet von", ""), advert("gesendet mit", ""), advert("gesendet über", ""), advert("gesendet aus", ""), advert("von yahoo mail", "gesendet"), advert("mit proton mail", "gesendet"), advert("holen sie sich bluemail für", ""), advert("von unterwegs gesendet", ""), advert("von unterwegs", "gesendet"), advert("diese nachricht wurde von", "gesendet"), advert("diese e-mail wurde von", "gesendet"), advert("outlook für", "herunterladen"), advert("outlook für", "beziehen"), advert("holen sie sich outlook für", ""), advert("mit", "mail gesendet"),
    /* fr */ advert("envoyé de", ""), advert("envoyé depuis", ""), advert("envoyé à partir de", ""), advert("envoyé avec", ""), advert("télécharger outlook pour", ""), advert("obtenez outlook pour", ""), advert("provenance : courrier pour windows", ""), advert("obtenir outlook pour", ""),
    /* es */ advert("enviado desde", ""), advert("enviado con", ""), advert("obtener outlook para", ""),
    /* pt */ advert("enviado do", ""), advert("enviado a partir do", ""), advert("enviado via", ""), advert("obter o outlook para", ""), advert("obter outlook para", ""),
    /* it */ advert("inviato da", ""), advert("inviato dal", ""), advert("scarica outlook per", ""), advert("ottieni outlook per", ""),
    /* nl */ advert("verzonden met", ""), advert("verzonden vanaf", ""), advert("verzonden vanuit", ""), advert("verstuurd vanaf", ""), advert("verstuurd met", ""), advert("outlook voor", "downloaden"), advert("download outlook voor", ""),
    /* da, no */ advert("sendt fra", ""), advert("sendt med", ""), advert("hent outlook til", ""), advert("skaff deg outlook for", ""), advert("få outlook for", ""),
    /* sv */ advert("skickat från", ""), advert("skickades från", "windows"), advert("skaffa outlook för", ""), advert("skickat med", ""), advert("hämta outlook för", ""),
    /* fi */ advert("lähetetty", ""), advert("hanki outlook", ""),
    /* pl */ advert("wysłane z", ""), advert("wysłano z", ""), advert("pobierz outlook dla", ""), advert("pobierz program outlook", ""),
    /* cs, sk */ advert("odesláno z", ""), advert("odoslané z", ""), advert("získat outlook pro", ""), advert("získať outlook pre", ""),
    /* hu */ advert("az iphone", "küldve"), advert("iphone", "küldve"), advert("ipad", "küldve"), advert("galaxy", "küldve"), advert("az outlook", "beszerzése"),
    /* tr */ advert("iphone", "gönderildi"), advert("galaxy", "gönderildi"), advert("android için", "edinin"), advert("ios için", "edinin"),
    /* ro */ advert("trimis de pe", ""),
    /* el */ advert("στάλθηκε από το", "μου"),
    /* hr, sl */ advert("poslano s mog", ""), advert("poslano s mojeg", ""), advert("poslano iz mojega", ""),
    /* ca */ advert("enviat des del meu", ""),
    /* vi, id, th */ advert("đã gửi từ", "của tôi"), advert("dikirim dari", "saya"), advert("ส่งจาก", "ของฉัน"),
    /* he, ar */ advert("נשלח מה-", ""), advert("נשלח מה", "שלי"), advert("أُرسلت من", ""),
    /* ru, uk */ advert("отправлено с", ""), advert("отправлено из", ""), advert("надіслано з", ""), advert("скачать outlook для", ""), advert("получить outlook для", ""),
    /* zh, ja, ko */ advert("从我的", "发送"), advert("發自我的", ""), advert("发自我的", ""), advert("從我的", "傳送"), advert("iphone", "送信"), advert("iphone", "보냄"), advert("나의", "보냄"), advert("내", "보냄"), advert("获取 outlook", ""), advert("取得 android", ""), advert("取得 ios", ""), advert("outlook for", "を入手する"), advert("android 版 outlook", ""), advert("ios 版 outlook", ""), advert("android용 outlook", ""), advert("ios용 outlook", ""),
];

/// After the comma or the full stop of an advertisement only these may follow: "please excuse typos".
static EXCUSES: &[&str] =
    &["please", "excuse", "pardon", "sorry", "apologies", "bitte", "entschuldigen", "tippfehler"];

/// A device may have a comma in it, or its maker before one: "my Verizon, Samsung Galaxy smartphone".
static DEVICES: &[&str] =
    &["smartphone", "phone", "tablet", "galaxy", "iphone", "ipad", "device", "handset"];

/// An advertisement is short; what is longer was typed: "Sent from my desk this is much easier than ...".
const MOST_ADVERT_WORDS: usize = 10;

/// So many where its end is known, too.
const MOST_WORDS_UP_TO_END: usize = 16;

/// "Jo from mobile" is one, "I can write to you only from my phone" was typed.
const MOST_WORDS_BEFORE_DEVICE: usize = 4;

/// A paragraph of lawyers, virus scanners or tree friends: how it starts, and a word it holds.
struct Disclaimer {
    starts: &'static str,
    holds: &'static str,
}

const fn disclaimer(starts: &'static str, holds: &'static str) -> Disclaimer {
    Disclaimer { starts, holds }
}

#[rustfmt::skip]
static DISCLAIMERS: &[Disclaimer] = &[
    /* en */ disclaimer("this e-mail", "confidential"), disclaimer("this email", "confidential"), disclaimer("this message", "confidential"), disclaimer("this communication", "confidential"), disclaimer("the information contained in", "confidential"), disclaimer("the information in this", "confidential"), disclaimer("the contents of this", "confidential"), disclaimer("confidentiality notice", ""), disclaimer("confidentiality:", ""), disclaimer("disclaimer:", ""), disclaimer("legal notice:", ""), disclaimer("this email has been checked for viruses", ""), disclaimer("this email has been scanned", ""), disclaimer("virus-free.", ""), disclaimer("please consider the environment", ""), disclaimer("if you are not the intended recipient", ""), disclaimer("the information transmitted", "intended"), disclaimer("this e-mail and any files transmitted", ""), disclaimer("this email and any files transmitted", ""), disclaimer("notice: this e", "confidential"), disclaimer("notice: the information", "confidential"), disclaimer("important: this e", "confidential"), disclaimer("important: the contents", "confidential"), disclaimer("this e-mail and any attachments", "intended"), disclaimer("this email and any attachments", "intended"),
    /* de */ disclaimer("diese e-mail", "vertraulich"), disclaimer("diese email", "vertraulich"), disclaimer("diese nachricht", "vertraulich"), disclaimer("der inhalt dieser e-mail", "vertraulich"), disclaimer("die information in dieser e-mail", "vertraulich"), disclaimer("vertraulichkeitshinweis", ""), disclaimer("haftungsausschluss:", ""), disclaimer("diese e-mail wurde von avast", ""), disclaimer("diese e-mail wurde auf viren", ""), disclaimer("virenfrei.", ""), disclaimer("bitte denken sie an die umwelt", ""), disclaimer("bitte prüfen sie der umwelt zuliebe", ""), disclaimer("denken sie an die umwelt", ""),
    /* fr */ disclaimer("ce message", "confidentiel"), disclaimer("ce courriel", "confidentiel"), disclaimer("sans virus.", ""),
    /* es */ disclaimer("este mensaje", "confidencial"), disclaimer("este correo", "confidencial"), disclaimer("aviso legal", ""), disclaimer("libre de virus.", ""),
    /* pt */ disclaimer("esta mensagem", "confidencia"), disclaimer("este e-mail", "confidencia"),
    /* it */ disclaimer("le informazioni contenute in questo", ""), disclaimer("le informazioni contenute nella presente", ""), disclaimer("questo messaggio", "riservat"), disclaimer("privo di virus.", ""),
    /* nl */ disclaimer("dit bericht", "vertrouwelijk"), disclaimer("deze e-mail", "vertrouwelijk"), disclaimer("de informatie in dit", "vertrouwelijk"), disclaimer("de informatie verzonden", "bestemd"),
    /* pl */ disclaimer("wiadomość ta", "poufn"), disclaimer("ta wiadomość", "poufn"), disclaimer("niniejsza wiadomość", "poufn"),
    /* cs */ disclaimer("tato zpráva", "důvěrn"), disclaimer("tento e-mail", "důvěrn"),
    /* da, no, sv */ disclaimer("detta meddelande", "konfidentiell"), disclaimer("denne e-mail", "fortrolig"), disclaimer("denne e-posten", "konfidensiell"),
];

/// Such words may have been typed, too; a lawyer writes at least so much of them, unless nothing but his like follows.
const SHORTEST_DISCLAIMER_CHARS: usize = 150;

/// A signature after a loose delimiter is at most so many filled lines, and its lines at most so wide.
const MOST_SIGNATURE_LINES: usize = 10;
const WIDEST_SIGNATURE_CHARS: usize = 100;
/// Below a rule of underscores only the footer of a mailing list or a short signature is believed.
const MOST_FOOTER_LINES: usize = 5;

/// RFC 3676 section 4.3: dash, dash, space, and nothing else. Down to the end, whatever follows.
pub(super) fn is_delimiter(line: &str) -> bool {
    line == "-- " || line == "--\u{a0}"
}

/// Marks in a run of new lines, none of them quoted, what nobody typed. `first`: whether nothing of the mail precedes.
pub(super) fn mark(run: &[&str], kinds: &mut [LineKind], first: bool) {
    let mut end = run.len();
    if let Some(start) = disclaimed(run, first) {
        fill(kinds, start, end, LineKind::Disclaimer);
        end = start;
    }
    if let Some(start) = loosely_signed(run.get(..end).unwrap_or_default()) {
        fill(kinds, start, end, LineKind::Signature);
        end = start;
    }
    // From below: an advertisement ends its paragraph, or stands above another one.
    let mut start = end;
    while let Some(last) = start.checked_sub(1) {
        start = last;
        if run.get(last).is_some_and(|line| is_blank(line)) {
            continue;
        }
        let paragraph = run.get(..end).unwrap_or_default().iter().take(last + 1).rev();
        let above = paragraph.take_while(|line| !is_blank(line)).count();
        start = last + 1 - above;
        let mut adverts =
            (start..=last).filter(|at| run.get(*at).is_some_and(|line| is_advert(line)));
        match (adverts.next(), adverts.next()) {
            // Below two of them nothing of the paragraph was typed, whatever it looks like.
            (Some(first), Some(_)) => fill(kinds, first, last + 1, LineKind::Signature),
            (Some(only), None) if is_links(run.get(only + 1..last + 1).unwrap_or_default()) => {
                fill(kinds, only, last + 1, LineKind::Signature);
            }
            _ => {}
        }
    }
}

fn fill(kinds: &mut [LineKind], from: usize, to: usize, kind: LineKind) {
    if let Some(kinds) = kinds.get_mut(from..to) {
        kinds.fill(kind);
    }
}

/// Whether these lines are no more than links: what an advertisement leads to.
fn is_links(lines: &[&str]) -> bool {
    lines.iter().all(|line| line.len() <= 400 && line.split_whitespace().all(is_link))
}

/// Where a delimiter without its space, or a rule of underscores, has little enough below it. Nobody's signature begins
/// with a command: such a line divides one thing typed from another.
fn loosely_signed(run: &[&str]) -> Option<usize> {
    let mut filled = 0;
    let mut commands = false;
    let mut start = None;
    for (index, line) in run.iter().enumerate().rev() {
        let line = bare(line);
        if (is_loose_delimiter(line) && filled > 0)
            || (is_footer_rule(line) && (1..=MOST_FOOTER_LINES).contains(&filled))
        {
            if commands {
                break;
            }
            start = Some(index);
        }
        filled += usize::from(!line.is_empty());
        commands = if line.is_empty() { commands } else { is_command_like(line) };
        if filled > MOST_SIGNATURE_LINES
            || line.len() > 4 * WIDEST_SIGNATURE_CHARS
            || line.chars().count() > WIDEST_SIGNATURE_CHARS
        {
            break;
        }
    }
    start
}

fn is_loose_delimiter(line: &str) -> bool {
    matches!(line, "--" | "—" | "–" | "—-" | "-—" | "––" | "——")
}

fn is_footer_rule(line: &str) -> bool {
    line.len() >= 2 && line.bytes().all(|b| b == b'_')
}

/// The first line of a disclaimer's paragraph. What is typed below one is lost, so never the mail's first paragraph.
fn disclaimed(run: &[&str], first: bool) -> Option<usize> {
    // No lawyer begins a paragraph further down so: what is typed must not vanish in silence.
    let last_command = run.iter().rposition(|line| is_command_like(line));
    let mut text_above = !first;
    let mut paragraph_starts = true;
    for (index, line) in run.iter().enumerate() {
        if is_blank(line) {
            paragraph_starts = true;
            continue;
        }
        if paragraph_starts && text_above {
            let below = run.get(index..).unwrap_or_default();
            let paragraph = || index + below.iter().take_while(|line| !is_blank(line)).count();
            if is_disclaimer(below) && last_command.is_none_or(|last| last < paragraph()) {
                return Some(index);
            }
        }
        paragraph_starts = false;
        text_above = true;
    }
    None
}

/// Looks at the first lines of a paragraph.
fn is_disclaimer(lines: &[&str]) -> bool {
    let start = lowered(lines.first().copied().unwrap_or_default());
    let start = start.trim_start_matches(|c: char| !c.is_alphanumeric());
    DISCLAIMERS.iter().filter(|disclaimer| start.starts_with(disclaimer.starts)).any(|disclaimer| {
        let paragraph = lines.iter().take(3).take_while(|line| !is_blank(line));
        let mut paragraph = paragraph.map(|line| lowered(line));
        paragraph.any(|line| line.contains(disclaimer.holds))
            && (disclaimer.holds.is_empty() || is_of_a_lawyer(lines))
    })
}

/// Whether the paragraph is long, or the last one but for its like.
fn is_of_a_lawyer(lines: &[&str]) -> bool {
    let mut chars = 0_usize;
    let mut read = 0_usize;
    for line in lines.iter().take_while(|line| !is_blank(line)) {
        chars = chars.saturating_add(line.len());
        read = read.saturating_add(1);
        if chars >= 2 * SHORTEST_DISCLAIMER_CHARS {
            return true;
        }
    }
    let below = lines.get(read..).unwrap_or_default();
    let below = below.iter().position(|line| !is_blank(line)).and_then(|next| below.get(next..));
    chars >= SHORTEST_DISCLAIMER_CHARS
        || below.is_none_or(|below| {
            let start = lowered(below.first().copied().unwrap_or_default());
            DISCLAIMERS.iter().any(|disclaimer| start.starts_with(disclaimer.starts))
        })
}

/// The first 300 octets, lower case: enough to know a wording by.
fn lowered(line: &str) -> String {
    let line = bare(line);
    line.get(..line.floor_char_boundary(300)).unwrap_or_default().to_lowercase()
}

fn is_advert(line: &str) -> bool {
    if line.len() > 400 || is_command_like(line) {
        return false;
    }
    let line = without_emphasis(line).to_lowercase();
    // "Sent from [Mail](https://...) for Windows", "Get Outlook for iOS<https://...>": the link is no word of it.
    let line: String =
        line.replace("](", "] (").replace('<', " <").replace("https://", " https://");
    let words: Vec<&str> = line
        .split_whitespace()
        .filter(|word| !is_link(word))
        .map(unbracketed)
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    let core = line.trim_end_matches('.');
    let is = |advert: &&Advert| {
        let short = !advert.starts.is_empty() || words.len() <= MOST_WORDS_BEFORE_DEVICE;
        short && core.starts_with(advert.starts) && core.ends_with(advert.ends)
    };
    ADVERTS.iter().filter(is).any(|advert| {
        let (head, excuse) = split_at_stop(core, advert.starts.len());
        let excuse = excuse.trim();
        let excused = excuse.is_empty()
            || EXCUSES.iter().any(|word| excuse.starts_with(word))
            || (excuse.split(' ').count() <= 3
                && DEVICES.iter().any(|word| excuse.ends_with(word)));
        let most = if advert.ends.is_empty() { MOST_ADVERT_WORDS } else { MOST_WORDS_UP_TO_END };
        excused && head.split(' ').count() <= most
    })
}

/// Before and behind the first comma or full stop from there on that ends a word: "WEB.DE" has none.
fn split_at_stop(core: &str, from: usize) -> (&str, &str) {
    let is_stop = |c: char| matches!(c, ',' | '.' | '!' | ';' | ':');
    let mut stops = core.match_indices(is_stop);
    let stop = stops.find(|(at, stop)| {
        let behind = core.get(at + stop.len()..).unwrap_or_default();
        *at >= from && (behind.is_empty() || behind.starts_with(' '))
    });
    stop.and_then(|(at, _)| Some((core.get(..at)?, core.get(at + 1..)?))).unwrap_or((core, ""))
}

fn is_link(word: &str) -> bool {
    word.trim_start_matches(['<', '(', '[']).starts_with("http")
}

fn unbracketed(word: &str) -> &str {
    word.trim_matches(|c| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '*' | '_' | '«' | '»'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_advertises_is_told_from_what_was_typed() {
        for line in [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
            "Gesendet von Mail für Windows",
            "Sent from my cell, please excuse any typos.",
            "Sent with Proton Mail secure email.",
            "Gesendet mit der Telekom Mail App",
            "Get Outlook for iOS<https://example.org/o>",
            "Outlook für Android herunterladen<https://example.org/o>",
            "Sent from [Mail](https://example.org/m) for Windows",
            "*Sent from my tablet*",
            "(sent from a phone)",
            "Envoyé de mon iPhone",
            "Wysłane z iPhone'a",
            "Gesendet mit der WEB.DE Mail App",
            "Gesendet mit mailbox.org",
            "Sent from my Verizon, Samsung Galaxy smartphone",
            "Diese Nachricht wurde von meinem Android Mobiltelefon mit der App von GMX Mail gesendet.",
            "Android 版 Outlook を入手",
            "Az Outlook Android-alkalmazás beszerzése",
            "Yahoo Mail: Search, Organize, Conquer",
        ] {
            assert!(is_advert(line), "{line:?}");
        }
        for line in [
            "Sent from my desk, it is quieter here than elsewhere.",
            "I have sent from my iPhone what you asked for.",
            "Von meinem Arzt habe ich das nicht",
            "Von mir aus gern.",
            "I can write to you only from my phone",
            "#note from my phone",
            "Sent by whom? I did not see it.",
            "",
            "Outlook for Android crashes",
            "I use Outlook on Windows and on a phone",
            "#note Outlook for Android",
            "It is an iPhone",
        ] {
            assert!(!is_advert(line), "{line:?}");
        }
    }

    #[test]
    fn a_loose_delimiter_counts_only_with_few_short_lines_below() {
        let long = "x".repeat(200);
        for (run, start) in [
            (vec!["Hello", "--", "Jo", "example.org"], Some(1)),
            (vec!["Hello", "--"], None),
            (vec!["Hello", "--", long.as_str()], None),
            (vec!["Hello", "----", "Jo"], None),
            (vec!["Hello", "____", "the-list mailing list"], Some(1)),
            (vec!["Hello", "—", "Jo"], Some(1)),
            (vec!["Hello", "--", "", "#note", "Thanks"], None),
            (vec!["Hello", "___", "#note"], None),
            (vec!["Hello", "--", "Jo", "#wow"], Some(1)),
        ] {
            assert_eq!(loosely_signed(&run), start, "{run:?}");
        }
        let many = [vec!["Hello", "--"], vec!["x"; MOST_SIGNATURE_LINES + 1]].concat();
        assert_eq!(loosely_signed(&many), None);
    }

    #[test]
    fn a_disclaimer_is_no_first_paragraph() {
        let long = "It is meant for you alone. ".repeat(6);
        let run = [
            "Hello",
            "",
            "This e-mail and its attachments may",
            "be confidential.",
            &long,
            "",
            "x",
        ];
        assert_eq!(disclaimed(&run, true), Some(2));
        let of_others = ["Hello", "", "This e-mail is confidential.", "", "Virus-free.", "", "x"];
        assert_eq!(disclaimed(&of_others, true), Some(2));
        let typed = ["Hello", "", "This e-mail is confidential.", "", "He does not pay."];
        assert_eq!(disclaimed(&typed, true), None);
        assert_eq!(disclaimed(run.get(2..).unwrap(), true), None);
        assert_eq!(disclaimed(&["Hello", "", "This e-mail came late."], true), None);
    }

    /// Where clients put such a line: below the text, below their own signature, above a quote.
    const PLACES: &[(&str, &str)] = &[
        ("jo\n\n", ""),
        ("jo\n\n", "\n\n\n"),
        ("jo\n\n\n\n", "\n"),
        ("jo\n\n", "\n\nOn 23.11.2026 at 10:05 Queue <q@example.org> wrote:\n> Hello\n"),
        ("jo\n\n", "\n\nOn 23.11.2026 at 10:05 Queue <q@example.org> wrote:\n\nHello\n"),
        ("jo\n\n", "\n\n____ Please write your answer above this line ____\n\nHello\n"),
    ];

    fn is_left_out(what: &str) {
        for (above, below) in PLACES {
            let mail = format!("{above}{what}{below}");
            assert_eq!(crate::mail::new_text::new_text(&mail).text, "jo", "{mail}");
        }
    }

    #[test]
    fn no_advertisement_of_the_table_is_new() {
        for Advert { starts, ends } in ADVERTS {
            let device = if starts.is_empty() { "Jo" } else { "Galaxy 7" };
            for mark in ["", "*", "_"] {
                is_left_out(&format!("{mark}{}{mark}", format!("{starts} {device} {ends}").trim()));
            }
        }
    }

    #[test]
    fn what_an_advertisement_leads_to_goes_with_it() {
        is_left_out("Sent with Aqua Mail for Android\nhttps://www.example.org/aqua");
        let text = "jo\n\nSent from my iPhone\nsee https://example.org";
        assert_eq!(crate::mail::new_text::new_text(text).text, text);
    }

    #[test]
    fn no_disclaimer_of_the_table_is_new() {
        for Disclaimer { starts, holds } in DISCLAIMERS {
            is_left_out(&format!(
                "{starts} and all in it is\n{holds} and none of your business.\nDelete it."
            ));
            is_left_out(&format!("*{}* is {holds}", starts.to_uppercase()));
        }
    }
}
