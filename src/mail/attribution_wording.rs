//! The words by which the sentence above a quote is known, per language: verbs, beginnings, months, and those by which a
//! person tells of somebody who wrote. What they make of a sentence is decided in `attribution`.

/// How a language says that somebody wrote something: the word before the colon or the name, of "a écrit" the last
/// one. To teach another language, add a line.
#[rustfmt::skip]
pub(super) static VERBS: &[(&str, &[&str])] = &[
    ("en", &["wrote", "writes"]),
    ("de", &["schrieb", "geschrieben", "schreibt"]),
    ("fr", &["écrit", "ecrit"]),
    ("es", &["escribió", "escribio", "escrit", "escrito"]),
    ("pt", &["escreveu"]),
    ("it", &["scritto", "scrive"]),
    ("nl", &["schreef", "geschreven"]),
    ("da, no, sv", &["skrev", "skreiv"]),
    ("fi", &["kirjoitti"]),
    ("et", &["kirjutas"]),
    ("pl", &["napisał", "napisała", "napisal", "napisana", "napisane", "pisze"]),
    ("cs, sk", &["napsal", "napsala", "píše", "napísal", "napísala"]),
    ("sl, hr, sr", &["napisao", "napisala", "napisal", "написао", "написала"]),
    ("hu", &["írta", "irta"]),
    ("ro", &["scris"]),
    ("ru, uk, bg", &["написал", "написала", "писал", "пишет", "написав", "пише", "написа"]),
    ("el", &["έγραψε"]),
    ("tr", &["yazdı", "yazdi", "yazmış"]),
    ("lt, lv", &["rašė", "rakstīja"]),
    ("ca, eu", &["escriure", "missatge", "idatzi"]),
    ("is", &["skrifaði"]),
    ("vi, id", &["viết", "menulis"]),
    ("fa, th", &["نوشت", "เขียน", "เขียนว่า"]),
    ("he, ar", &["כתב", "כתבה", "מאת", "كتب", "كتبت", "كتابة"]),
    ("zh", &["写道", "寫道", "写"]),
    ("ja", &["書きました", "のメール"]),
    ("ko", &["작성", "썼습니다", "쓴 글"]),
];

/// How the sentence begins, where it begins with a fixed word.
#[rustfmt::skip]
pub(super) static OPENINGS: &[(&str, &[&str])] = &[
    ("en", &["on", "at"]),
    ("de", &["am", "an"]),
    ("fr", &["le"]),
    ("es", &["el"]),
    ("pt", &["em", "a", "no"]),
    ("it", &["il"]),
    ("nl", &["op"]),
    ("da, no, sv", &["den"]),
    ("pl", &["w", "dnia", "dn"]),
    ("cs, sk", &["dne", "dňa"]),
    ("sl, hr, sr", &["dana"]),
    ("ro", &["în", "pe"]),
    ("ru, uk, bg", &["в", "на"]),
    ("el", &["στις"]),
    ("vi, id", &["pada", "vào"]),
    ("he, ar", &["ב", "في"]),
    ("zh", &["在", "于"]),
];

/// The first letters of months. A number beside them makes a date.
#[rustfmt::skip]
pub(super) static MONTHS: &[&str] = &[
    "jan", "feb", "mar", "mär", "mrz", "apr", "mai", "may", "maj", "mei", "jun", "jul", "aug", "sep", "okt",
    "oct", "nov", "dez", "dec", "fév", "fev", "avr", "juin", "jui", "aoû", "déc", "ene", "abr", "ago", "dic",
    "gen", "mag", "giu", "lug", "set", "ott", "out", "sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paź",
    "lis", "gru", "led", "úno", "bře", "dub", "kvě", "čer", "čvn", "čvc", "srp", "zář", "říj", "pro", "tam",
    "hel", "maa", "huh", "tou", "kes", "hei", "elo", "syy", "lok", "jou", "янв", "фев", "мар", "апр", "мая",
    "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек", "січ", "лют", "бер", "кві", "тра", "чер", "лип",
    "сер", "вер", "жов", "лис", "гру", "oca", "şub", "nis", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara",
    "ian", "iun", "iul", "noi", "ιαν", "φεβ", "μαρ", "απρ", "μαΐ", "ιου", "αυγ", "σεπ", "οκτ", "νοε", "δεκ",
    "ápr", "máj", "jún", "júl", "sze", "márc",
];

/// What marks its beginning where it has no verb.
#[rustfmt::skip]
pub(super) static CITING: &[(&str, &[&str])] = &[
    ("en", &["quoting ", "quoth ", "thus spake ", "excerpts from "]),
    ("de", &["zitat von "]),
    ("es", &["mensaje citado por "]),
];

/// Beside a verb of the language these mean a person's own sentence: "Am 3. März schrieb ich Ihnen:", "what I wrote on
/// 3 March:". Where nothing else tells whose it is, they do so anywhere in it; no client says them.
#[rustfmt::skip]
pub(super) static OWN_SENTENCE: &[(&str, &[&str])] = &[
    ("en", &["i", "we", "me", "us", "he", "she", "they", "him", "her", "them", "my", "our"]),
    ("de", &["ich", "wir", "mir", "uns", "ihnen", "er", "sie", "man", "euch", "mich"]),
    ("fr", &["je", "j'ai", "nous", "me", "moi", "lui", "il", "elle", "on", "m'a", "m'avez", "m'ont", "l'a", "l'ai"]),
    ("es", &["yo", "me", "nos", "él", "ella", "le"]),
    ("pt", &["eu", "me", "nos", "nós", "ele", "ela", "mim"]),
    ("it", &["io", "mi", "ci", "lui", "lei", "noi", "m'ha"]),
    ("nl", &["ik", "wij", "we", "mij", "me", "ons", "hij", "zij", "ze"]),
    ("da, no, sv", &["jeg", "jag", "vi", "mig", "meg", "oss", "os", "han", "hun", "hon"]),
    ("pl", &["mi", "mnie", "nam", "ja", "on", "ona"]),
];

/// "the server wrote", "hat der Server geschrieben": where the name would begin, in small letters.
#[rustfmt::skip]
pub(super) static ARTICLES: &[(&str, &[&str])] = &[
    ("en", &["the", "a", "an", "your"]),
    ("de", &["der", "die", "das", "ein", "eine", "mein", "meine", "unser", "unsere", "ihr"]),
    ("fr", &["le", "la", "les", "un", "une", "mon", "ma", "notre", "votre"]),
    ("es", &["el", "la", "los", "un", "una", "mi", "su"]),
    ("it", &["il", "lo", "la", "un", "una"]),
    ("nl", &["de", "mijn", "onze"]),
];
