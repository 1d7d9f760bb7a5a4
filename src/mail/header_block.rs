//! The fields a client writes above a quote, and the separators before them: `-----Original Message-----`, "From:",
//! "Sent:", "To:", "Subject:", in the languages of the tables; forwarded mails too.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::attribution;
use super::line::{
    Found, LONGEST_INTRODUCTION_OCTETS, LineKind, Then, bare, is_blank, is_quoted, is_rule,
    next_filled, without_emphasis,
};

/// The fields' names in one language, lower case. To teach another one, add a line.
struct FieldNames {
    from: &'static [&'static str],
    date: &'static [&'static str],
    to: &'static [&'static str],
    subject: &'static [&'static str],
    /// Fields that may stand among them.
    other: &'static [&'static str],
}

const fn names(
    from: &'static [&'static str],
    date: &'static [&'static str],
    to: &'static [&'static str],
    subject: &'static [&'static str],
    other: &'static [&'static str],
) -> FieldNames {
    FieldNames { from, date, to, subject, other }
}

#[rustfmt::skip]
static FIELDS: &[FieldNames] = &[
    /* en */ names(&["from", "sender"], &["sent", "date", "sent at"], &["to"], &["subject"], &["cc", "bcc", "reply-to", "reply to", "importance", "attachments", "organization"]),
    /* de */ names(&["von", "absender"], &["gesendet", "gesendet am", "datum", "verschickt"], &["an", "empfänger"], &["betreff", "thema"], &["kopie", "blindkopie", "antwort an", "wichtigkeit", "priorität", "anlagen", "anhänge"]),
    /* fr */ names(&["de", "expéditeur"], &["envoyé", "envoyé le", "date", "message du", "envoyé par"], &["à", "a", "destinataire"], &["objet", "sujet"], &["copie à", "répondre à"]),
    /* es */ names(&["de"], &["enviado", "enviado el", "fecha", "enviados"], &["para"], &["asunto"], &["responder a"]),
    /* pt */ names(&["de"], &["enviado", "enviada em", "enviado em", "enviada", "data"], &["para"], &["assunto"], &["responder a"]),
    /* it */ names(&["da"], &["inviato", "data", "inviato il"], &["a"], &["oggetto"], &["risposta", "rispondi a"]),
    /* nl */ names(&["van"], &["verzonden", "datum", "verzonden op"], &["aan"], &["onderwerp"], &["beantwoorden"]),
    /* da */ names(&["fra"], &["sendt", "dato"], &["til"], &["emne"], &["svar til"]),
    /* no */ names(&["fra"], &["sendt", "dato"], &["til"], &["emne"], &["kopi"]),
    /* sv */ names(&["från"], &["skickat", "datum"], &["till"], &["ämne"], &["kopia"]),
    /* fi */ names(&["lähettäjä"], &["lähetetty", "päivämäärä", "päiväys"], &["vastaanottaja"], &["aihe"], &["kopio"]),
    /* pl */ names(&["od"], &["wysłano", "data", "wysłane"], &["do"], &["temat"], &["dw"]),
    /* cs */ names(&["od"], &["odesláno", "datum"], &["komu"], &["předmět"], &["kopie"]),
    /* sk */ names(&["od"], &["odoslané", "dátum"], &["komu", "pre"], &["predmet"], &["kópia"]),
    /* hu */ names(&["feladó"], &["elküldve", "dátum"], &["címzett"], &["tárgy"], &["másolat"]),
    /* ro */ names(&["de la"], &["trimis", "data"], &["către", "catre"], &["subiect"], &[]),
    /* tr */ names(&["kimden", "gönderen"], &["gönderildi", "tarih", "gönderme tarihi"], &["kime", "alıcı"], &["konu"], &["bilgi"]),
    /* ru */ names(&["от", "от кого"], &["отправлено", "дата", "дата отправки"], &["кому"], &["тема"], &["копия"]),
    /* uk */ names(&["від"], &["надіслано", "дата"], &["кому"], &["тема"], &["копія"]),
    /* el */ names(&["από"], &["στάλθηκε", "εστάλη", "ημερομηνία"], &["προς"], &["θέμα"], &["κοιν"]),
    /* ja */ names(&["差出人", "from"], &["送信日時", "日付", "日時"], &["宛先"], &["件名"], &[]),
    /* zh */ names(&["发件人", "寄件者"], &["发送时间", "日期", "寄件日期", "发送日期", "傳送時間"], &["收件人", "收件者"], &["主题", "主旨", "主題"], &["抄送", "副本"]),
    /* hr, sr, sl */ names(&["od", "šalje", "pošiljatelj", "pošiljalac"], &["poslano", "datum", "poslato", "послато", "датум"], &["prima", "za", "kome", "за", "коме"], &["predmet", "zadeva", "naslov", "предмет"], &["kopija"]),
    /* bg */ names(&["от"], &["изпратено", "дата"], &["до"], &["относно", "тема"], &["копие"]),
    /* lt, lv, et */ names(&["nuo", "no", "saatja"], &["išsiųsta", "data", "nosūtīts", "datums", "saatmisaeg", "saadetud", "kuupäev"], &["kam", "kas", "adresaat", "saaja"], &["tema", "temats", "tēma", "teema"], &["kopija", "koopia"]),
    /* ca, eu, gl */ names(&["de", "nork"], &["enviat", "enviat el", "bidalia", "data"], &["per a", "a", "nori", "para"], &["assumpte", "gaia", "asunto"], &["a/c"]),
    /* he */ names(&["מאת"], &["נשלח", "תאריך", "נשלח ב"], &["אל", "עבור"], &["נושא", "הנדון"], &["עותק"]),
    /* ar */ names(&["من", "مِن"], &["تم الإرسال", "التاريخ", "تاريخ الإرسال", "أُرسلت"], &["إلى"], &["الموضوع", "موضوع"], &["نسخة"]),
    /* fa */ names(&["از", "فرستنده"], &["ارسال شده", "تاریخ"], &["به", "گیرنده"], &["موضوع"], &["رونوشت"]),
    /* vi, id */ names(&["từ", "người gửi", "dari"], &["đã gửi", "ngày", "dikirim", "tanggal"], &["tới", "đến", "kepada", "ke"], &["chủ đề", "tiêu đề", "subjek", "perihal"], &["tembusan"]),
    /* th */ names(&["จาก"], &["ส่งเมื่อ", "วันที่", "ส่ง"], &["ถึง"], &["เรื่อง", "หัวเรื่อง"], &["สำเนา"]),
    /* is, sq */ names(&["frá", "nga"], &["sent", "dagsetning", "dërguar"], &["til", "për"], &["efni", "subjekti"], &["afrit"]),
    /* ko */ names(&["보낸 사람", "보낸사람", "발신"], &["보낸 날짜", "날짜"], &["받는 사람", "받는사람", "받은 사람", "수신"], &["제목"], &["참조"]),
];

/// What stands between dashes above a quote, and alone where the language's `forwarded` says so.
struct Separators {
    original: &'static [&'static str],
    forwarded: &'static [&'static str],
}

const fn separators(
    original: &'static [&'static str],
    forwarded: &'static [&'static str],
) -> Separators {
    Separators { original, forwarded }
}

#[rustfmt::skip]
static SEPARATORS: &[Separators] = &[
    /* en */ separators(&["original", "original message", "original mail", "reply message", "replied message", "original e-mail", "original appointment"], &["forwarded message", "begin forwarded message", "forwarded by", "start of forwarded message", "forwarded mail"]),
    /* de */ separators(&["ursprüngliche nachricht", "original-nachricht", "originalnachricht", "originalmeldung", "original nachricht", "ursprüngliche mail", "ursprüngliche mitteilung", "ursprünglicher termin"], &["weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "weitergeleitete e-mail", "weitergeleitete mail", "weitergeleitet von"]),
    /* fr */ separators(&["message d'origine", "message original", "message initial", "mail original"], &["message transféré", "début du message transféré", "début du message réexpédié", "message réexpédié", "transféré par", "forwarded message"]),
    /* es */ separators(&["mensaje original"], &["mensaje reenviado", "inicio del mensaje reenviado", "mensaje enviado"]),
    /* pt */ separators(&["mensagem original"], &["mensagem encaminhada", "início da mensagem reencaminhada", "mensagem reencaminhada"]),
    /* it */ separators(&["messaggio originale"], &["messaggio inoltrato", "inizio messaggio inoltrato"]),
    /* nl */ separators(&["oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht"], &["doorgestuurd bericht", "begin doorgestuurd bericht"]),
    /* da */ separators(&["oprindelig meddelelse", "original meddelelse"], &["videresendt meddelelse", "videresendt e-mail", "start på videresendt besked"]),
    /* no */ separators(&["opprinnelig melding"], &["videresendt melding", "videresendt e-post", "forwarded message"]),
    /* sv */ separators(&["ursprungligt meddelande", "originalmeddelande"], &["vidarebefordrat meddelande", "vidarebefordrat brev"]),
    /* fi */ separators(&["alkuperäinen viesti"], &["välitetty viesti", "edelleenlähetetty viesti"]),
    /* pl */ separators(&["wiadomość oryginalna", "oryginalna wiadomość", "wiadomość pierwotna"], &["przekazana wiadomość", "początek przekazywanej wiadomości", "treść przekazanej wiadomości", "wiadomość przekazana dalej"]),
    /* cs */ separators(&["původní zpráva", "původní e-mail"], &["přeposlaná zpráva"]),
    /* sk */ separators(&["pôvodná správa"], &["preposlaná správa"]),
    /* hu */ separators(&["eredeti üzenet"], &["továbbított üzenet"]),
    /* tr */ separators(&["özgün ileti", "orijinal mesaj"], &["yönlendirilmiş ileti", "i̇letilmiş mesaj"]),
    /* ru */ separators(&["исходное сообщение", "оригинальное сообщение"], &["пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения", "начало переадресованного письма"]),
    /* zh */ separators(&["原始邮件", "原始郵件", "原邮件", "回复的原邮件"], &["转发的邮件", "以下是转发的邮件", "转发邮件", "轉寄的郵件", "已转发邮件", "已轉寄郵件"]),
    /* uk, bg */ separators(&["вихідне повідомлення", "початкове повідомлення", "оригінальне повідомлення", "оригинално съобщение"], &["переслане повідомлення", "пересилається повідомлення", "препратено съобщение"]),
    /* el */ separators(&["αρχικό μήνυμα", "πρωτότυπο μήνυμα"], &["προωθημένο μήνυμα"]),
    /* ro */ separators(&["mesaj original", "mesajul original"], &["mesaj redirecționat", "mesaj redirecţionat", "mesaj redirectionat", "mesaj transmis"]),
    /* hr, sr, sl */ separators(&["izvorna poruka", "originalna poruka", "izvirno sporočilo"], &["proslijeđena poruka", "prosleđena poruka", "posredovano sporočilo"]),
    /* lt, lv, et */ separators(&["originalus laiškas", "sākotnējais ziņojums", "algne sõnum", "algsõnum"], &["persiųstas laiškas", "pārsūtīts ziņojums", "edastatud kiri"]),
    /* ca */ separators(&["missatge original"], &["missatge reenviat"]),
    /* he, ar */ separators(&["הודעה מקורית", "الرسالة الأصلية"], &["הודעה שהועברה", "رسالة معاد توجيهها"]),
    /* vi, id */ separators(&["tin nhắn gốc", "thư gốc", "pesan asli"], &["thư được chuyển tiếp", "pesan terusan", "pesan yang diteruskan"]),
    /* ko */ separators(&["원본 메시지", "원본 메일", "원본 이메일", "original message"], &["전달된 메시지", "전달된 메일"]),
    /* ja */ separators(&["元のメッセージ"], &["転送メッセージ", "転送されたメッセージ"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Subject,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Original,
    Forwarded,
}

/// A block has at most this many lines: a long list of recipients is wrapped.
const MOST_LINES: usize = 40;

/// The fields of Notes stand within this many lines.
const MOST_NOTES_LINES: usize = 8;

/// The separator or block of fields that begins on this line, with the rules drawn above it.
pub(super) fn at(lines: &[&str], floor: usize, at: usize) -> Option<Found> {
    let line = lines.get(at)?;
    if line.len() > LONGEST_INTRODUCTION_OCTETS || is_quoted(line) {
        return None;
    }
    let kind = LineKind::Attribution;
    match separator(line) {
        Some(Separator::Forwarded) => Some(Found {
            from: headed(lines, floor, at),
            to: at + 1,
            kind: LineKind::Forwarded,
            then: Then::AllIs(LineKind::Forwarded),
        }),
        Some(Separator::Original) => {
            let below = next_filled(lines, at + 1).unwrap_or(at + 1);
            let to = block(lines, below).map_or(at + 1, |block| block.end);
            let then = if to == at + 1 && attribution::is_near(lines, below) {
                Then::Look
            } else if to == at + 1 {
                Then::Quote
            } else {
                Then::QuoteBelowFields
            };
            Some(Found { from: headed(lines, floor, at), to, kind, then })
        }
        None => {
            let (from, to) =
                fields(lines, floor, at).or_else(|| of_notes(lines, at).map(|to| (at, to)))?;
            Some(Found { from, to, kind, then: Then::QuoteBelowFields })
        }
    }
}

/// The first line of the fields that begin here, with what is drawn above, and the line behind them.
fn fields(lines: &[&str], floor: usize, at: usize) -> Option<(usize, usize)> {
    if let Some(block) = block(lines, at) {
        let from = headed(lines, floor, at);
        if block.proves_itself() || (from < at && block.has_two()) {
            return Some((from, block.end));
        }
    }
    if holds_all_fields(lines.get(at)?) {
        return Some((headed(lines, floor, at), at + 1));
    }
    let is_drawn = |line: &&str| is_rule(line) && line.contains("________");
    let rule = filled_above(lines, floor, at)?;
    lines.get(rule).filter(|line| is_drawn(line))?;
    Some((rule, of_any_language(lines, at)?))
}

/// What a run of fields holds.
struct Block {
    end: usize,
    fields: Vec<Field>,
    address: bool,
    /// Whether a time of the day is in it.
    time: bool,
}

impl Block {
    /// "From: Berlin, To: Hamburg, Date: Monday" is a journey, and with addresses a parcel: it takes a subject and a date,
    /// a time of the day or an address, or the latter two, to be a mail.
    fn proves_itself(&self) -> bool {
        let has = |field| self.fields.contains(&field);
        let titled = has(Field::Subject) && (has(Field::Date) || self.address || self.time);
        let sent = self.address && self.time;
        self.fields.len() >= 3 && has(Field::From) && (titled || sent)
    }

    /// Below a rule or a separator less will do.
    fn has_two(&self) -> bool {
        self.fields.len() >= 2
            && self.fields.contains(&Field::From)
            && (self.address || self.fields.contains(&Field::Date))
    }
}

/// The fields from this line on, each kind once. None where the line is no field.
fn block(lines: &[&str], at: usize) -> Option<Block> {
    field(lines.get(at)?).filter(|field| *field != Field::Other)?;
    let mut block = Block { end: at, fields: Vec::new(), address: false, time: false };
    let mut since_field = 0;
    for (index, line) in lines.iter().enumerate().skip(at).take(MOST_LINES) {
        match field(line) {
            Some(field) if block.fields.contains(&field) && field != Field::Other => break,
            // "Von: 10:05" is when something began.
            Some(Field::From) if is_no_writer(line) => break,
            Some(field) => {
                // Cc and its like are kept, too, but count for nothing.
                if field != Field::Other {
                    block.fields.push(field);
                }
                block.end = index + 1;
                since_field = 0;
            }
            // A wrapped address, or the blank lines of HTML turned into text.
            None if since_field < 2 && line.len() <= LONGEST_INTRODUCTION_OCTETS => {
                since_field += 1
            }
            None => break,
        }
        if line.len() <= LONGEST_INTRODUCTION_OCTETS {
            block.address |= line.contains('@');
            block.time |= attribution::has_time(line);
        }
    }
    Some(block)
}

/// Whether the value of the field is a number.
fn is_no_writer(line: &str) -> bool {
    let value = line.split_once([':', '：']).map_or("", |(_, value)| bare(value));
    !value.is_empty() && !value.contains(char::is_alphabetic)
}

pub(super) fn is_field(line: &str) -> bool {
    line.len() <= LONGEST_INTRODUCTION_OCTETS && field(line).is_some()
}

/// "From: x", and "| From | x |" (NetEase).
fn field(line: &str) -> Option<Field> {
    let line = without_emphasis(line).trim_start_matches(['|', ' ']);
    let (name, _) = line.split_once([':', '：', '|'])?;
    if name.starts_with('>') { None } else { named(name) }
}

fn named(name: &str) -> Option<Field> {
    let name = without_emphasis(name);
    if name.is_empty() || name.len() > 40 {
        return None;
    }
    NAMED.get(name.to_lowercase().as_str()).copied()
}

/// "Von: Jo <jo@example.org> Gesendet: Montag, ... An: a@example.org Betreff: x", run together to one line.
fn holds_all_fields(line: &str) -> bool {
    let line = without_emphasis(line);
    if !line.contains('@') || line.matches(':').take(3).count() < 3 || field(line).is_none() {
        return false;
    }
    let mut kinds: Vec<Field> = Vec::new();
    for piece in line.split(':') {
        // The name is the last words before the colon.
        let mut starts: Vec<usize> =
            piece.rmatch_indices(' ').map(|(at, _)| at + 1).take(3).collect();
        starts.push(0);
        let names = starts.into_iter().filter_map(|start| piece.get(start..));
        let found = names.filter_map(named).find(|field| *field != Field::Other);
        kinds.extend(found.filter(|field| !kinds.contains(field)));
    }
    kinds.len() >= 3 && kinds.contains(&Field::From)
}

/// `Word: value` lines of a language in no table, the first with an address, down to a blank line. Only to be believed
/// below the rule that Outlook draws.
fn of_any_language(lines: &[&str], at: usize) -> Option<usize> {
    let is_field = |line: &&&str| {
        let (name, value) = line.split_once([':', '：']).unwrap_or_default();
        let name = bare(name);
        line.len() <= LONGEST_INTRODUCTION_OCTETS
            && !is_blank(value)
            && !name.contains(char::is_numeric)
            && (1..=25).contains(&name.chars().count())
    };
    if !lines.get(at)?.contains('@') {
        return None;
    }
    let to = at + lines.get(at..)?.iter().take(MOST_LINES).take_while(is_field).count();
    (to >= at + 3 && lines.get(to).is_none_or(|line| is_blank(line))).then_some(to)
}

/// "Jo Doe <jo@example.org>" above a line with nothing but date and time, and below them names of fields with or without
/// a colon (Notes 6 and 7). The line behind the last one's value.
fn of_notes(lines: &[&str], at: usize) -> Option<usize> {
    let is_writer = |line: &&&str| line.contains('@') && bare(line).ends_with('>');
    lines.get(at).filter(is_writer)?;
    let date = next_filled(lines, at + 1).filter(|date| *date <= at + 2)?;
    if !attribution::is_date_and_time(lines.get(date)?) {
        return None;
    }
    let mut kinds: Vec<Field> = Vec::new();
    let mut to = date + 1;
    for index in (date + 1..).take(2 * MOST_NOTES_LINES) {
        let Some(line) = lines.get(index).filter(|line| line.len() <= 200) else { break };
        let alone = named(line);
        let Some(kind) = alone.or_else(|| field(line)) else { continue };
        if kind == Field::From || kinds.contains(&kind) {
            break;
        }
        kinds.push(kind);
        to = index + 1 + usize::from(alone.is_some() && kind == Field::Subject);
    }
    let known = kinds.contains(&Field::To) && kinds.len() >= 2;
    known.then_some(to)
}

/// The table by name. Languages agree: "a" is a recipient and "da" a sender in all that have the word.
static NAMED: LazyLock<HashMap<&str, Field>> = LazyLock::new(|| {
    let of = |names: &'static [&str], field| names.iter().map(move |name| (*name, field));
    let rows = FIELDS.iter().flat_map(|row| {
        of(row.from, Field::From)
            .chain(of(row.date, Field::Date))
            .chain(of(row.to, Field::To))
            .chain(of(row.subject, Field::Subject))
            .chain(of(row.other, Field::Other))
    });
    rows.collect()
});

fn separator(line: &str) -> Option<Separator> {
    // Underscores are a rule here, no emphasis.
    let line = bare(line).trim_matches(['*', ' ']);
    let dashed = line.chars().take_while(|c| is_dash(*c)).count() >= 2;
    let closed = dashed && line.ends_with(is_dash);
    // Without dashes only Apple's bare words, which end with a colon.
    if line.len() > 200 || !(dashed || line.ends_with([':', '：'])) {
        return None;
    }
    let core = core(line);
    // "----- Forwarded message from Jo -----" (mutt).
    let goes_on =
        |words| closed && core.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '));
    let is = |words: &&'static str| core == *words || goes_on(*words);
    if SEPARATORS.iter().flat_map(|separators| separators.forwarded).any(is) {
        return Some(Separator::Forwarded);
    }
    // "-----Jo Doe wrote: -----" (Notes).
    let original = SEPARATORS.iter().flat_map(|separators| separators.original).any(is);
    (dashed && (original || (closed && attribution::names_the_writer(&core))))
        .then_some(Separator::Original)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '_' | '=' | '─')
}

/// The words of a separator, without dashes and colon.
fn core(line: &str) -> String {
    let core = bare(line.trim_matches(is_dash)).trim_end_matches([':', '：']);
    bare(core).to_lowercase().replace('’', "'").replace('\u{2011}', "-")
}

/// What is drawn right above fields or a separator, blank lines between them or not: a rule, a separator's bare words
/// (BlackBerry, freenet), the date's line of its own (Orange).
fn headed(lines: &[&str], floor: usize, at: usize) -> usize {
    let heads = |index: usize| {
        let Some(line) = lines.get(index).filter(|line| line.len() <= 200) else { return false };
        is_rule(line) || {
            let words = core(line);
            let dated = words.strip_prefix("message du ");
            SEPARATORS.iter().flat_map(|row| row.original).any(|one| words == *one)
                || dated.is_some_and(attribution::is_date_and_time)
        }
    };
    filled_above(lines, floor, at).filter(|index| heads(*index)).unwrap_or(at)
}

/// The next line above that is not blank, but for a few blank ones.
fn filled_above(lines: &[&str], floor: usize, at: usize) -> Option<usize> {
    let mut above = (floor..at).rev().take(4);
    above.find(|index| lines.get(*index).is_some_and(|line| !is_blank(line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::new_text::new_text;

    #[test]
    fn below_the_fields_of_every_language_nothing_is_new() {
        for row in FIELDS {
            for (from, date) in
                row.from.iter().flat_map(|from| row.date.iter().map(move |date| (from, date)))
            {
                for (to, subject) in row.to.iter().zip(row.subject.iter().cycle()) {
                    for mark in ["", "*"] {
                        let head = format!(
                            "{mark}{from}:{mark} Queue <q@example.org>\n{mark}{date}:{mark} 23.11.2026\n{mark}{to}:{mark} Jo\n{mark}{subject}:{mark} Hello"
                        );
                        let new = new_text(&format!("#close\n\n{head}\n\nDear Jo,\n#lock\n"));
                        assert_eq!(new.text, "#close", "{head}");
                    }
                }
            }
        }
    }

    #[test]
    fn below_the_separators_of_every_language_nothing_is_new() {
        for row in SEPARATORS {
            for words in row.original.iter().chain(row.forwarded) {
                for rule in ["---", "-----", "________", "--------- "] {
                    let new =
                        new_text(&format!("#close\n\n{rule}{words}{rule}\nDear Jo,\n#lock\n"));
                    assert_eq!(new.text, "#close", "{rule}{words}");
                }
            }
        }
    }

    #[test]
    fn fields_are_known_however_they_are_laid_out() {
        for head in [
            "Von: Jo <jo@example.net> Gesendet: Montag, 23. November 2026 10:05 An: a@example.org Betreff: x\n",
            "________________________________\nKutoka: Jo <jo@example.net>\nImetumwa: jana\nKwa: a@example.org\n",
            "---- Replied Message ----\n| From | Jo<jo@example.net> |\n| Date | 11/23/2026 |\n| To | a@example.org |\n",
            "  Original Message  \nFrom: Jo Doe\nSent: Monday, November 23, 2026 10:05 AM\nTo: Ida\nSubject: x\n",
            "Ursprüngliche Nachricht\nVon: Jo <jo@example.net>\nGesendet: 23.11.2026 10:05\n",
            "Message du 23/11/26 10:05\nDe : Jo <jo@example.net>\nA : a@example.org\nObjet : x\n",
            "Jo Doe <jo@example.net>\n23.11.2026 10:05\n\n    An:   a@example.org\n    Kopie:\n    Thema: x\n",
            "\"Jo\" <jo@example.net>\n\n11/23/2026 10:05 AM\nPlease respond to jo@example.net\n\nTo\n<a@example.org>\ncc\n\nSubject\nx\n",
            "Début du message transféré :\n",
            "Anfang der weitergeleiteten E‑Mail:\n",
            "以下是转发的邮件：\n",
        ] {
            let new = new_text(&format!("#close\n\n{head}\nDear Jo,\n#lock\n"));
            assert_eq!(new.text, "#close", "{head}");
        }
    }

    #[test]
    fn what_only_looks_like_fields_is_new() {
        for text in [
            "My parcel:\nSender: Jo, jo@example.net\nTo: Ida\nDate: 23.11.2026\n\nIt is not here.",
            "--------------------\nDatum: 23.11.2026\nVon: 10:05\nFehler 5\n--------------------\nDanke",
            "________________________________\nName: Jo\nE-Mail: jo@example.net\nLogin: jo\n\nPlease create it.\nThank you.\n\nAll the best\nJo",
            "From: 10 o'clock\nTo: everybody\nSubject: we move\n\nPlease tell them.",
            "Original message\nis what the button says.",
            "Jo Doe <jo@example.net>\n23.11.2026 10:05\n\nThese are who and when.",
            "Write to: jo@example.net, from: Monday, and that is it.",
        ] {
            assert_eq!(new_text(text).text, text);
        }
    }
}
