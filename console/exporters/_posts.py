"""The posts of the page: the ones that mattered, quoted exactly, with where and when they were heard."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from console.domain.mention import Mention
from console.exporters._markup import Child, Element, el
from console.exporters._sheet import Sheet
from console.exporters._story import KeyPost, key_posts, text_digest
from console.words import quoted, visible

TEXT_LIMIT: Final = 20_000
"""Characters of one post that are quoted; of a longer one the page says how much is left out and where it stands."""


def posts(sheet: Sheet) -> Element:
    """The key posts, by publication."""
    words = sheet.words
    note = words.say("Quoted exactly as stored. Characters that hide or reorder text are shown as ⟦U+…⟧.")
    quoted_posts = (_post(sheet, key) for key in key_posts(sheet.report))
    return sheet.section(words.say("Key posts"), el("p", note, class_="quiet"), *quoted_posts)


def _post(sheet: Sheet, key: KeyPost) -> Element:
    words, mention, post = sheet.words, key.mention, key.mention.post
    names = {
        "first": words.say("first post"),
        "rung": words.say("first on this tier"),
        "large": words.say("largest accounts"),
        "evidence": words.say("shown with an alert"),
    }
    followers = words.say("followers unknown")
    if post.author_followers is not None:
        followers = words.say("{n} followers", n=words.followers(post.author_followers))
    why = words.listed(names[code] for code in key.why)
    head = f"{words.platform(post.platform)} · {followers} · {why}"
    text = visible(post.text[:TEXT_LIMIT])
    return el(
        "figure",
        el("figcaption", el("b", quoted(post.author, 60)), " ", el("span", head)),
        el("blockquote", text, dir="auto") if text.strip() else el("p", words.say("no words"), class_="quiet"),
        _left_out(sheet, len(post.text) - TEXT_LIMIT),
        el("p", *_foot(sheet, mention), class_="foot"),
        class_="post",
        id=f"mention-{mention.id}",
        data_mention=mention.id,
    )


def _left_out(sheet: Sheet, characters: int) -> Element | None:
    if characters <= 0:
        return None
    told = sheet.words.say(
        "{n} more characters are left out here; the whole text is in the store and in the JSON export.",
        n=sheet.words.number(characters),
    )
    return el("p", told, class_="quiet")


def _foot(sheet: Sheet, mention: Mention) -> Iterable[Child]:
    words, post, sentiment = sheet.words, mention.post, mention.sentiment
    yield words.say(
        "posted {posted} · heard {heard}, {delay} later",
        posted=sheet.at(post.published_at),
        heard=sheet.at(mention.arrived_at),
        delay=words.span(mention.arrived_at - post.published_at),
    )
    if (post.reposts, post.comments, post.likes) != (None, None, None):
        yield " · "
        yield words.say(
            "{reposts} reposts · {comments} comments · {likes} likes",
            reposts=words.number(post.reposts),
            comments=words.number(post.comments),
            likes=words.number(post.likes),
        )
    yield el("br")
    label = words.label(sentiment.label)
    if sentiment.negative is not None:
        label = words.say("{label}, P(negative) {p}", label=label, p=f"{sentiment.negative:.2f}")
    elif sentiment.unscored:
        label = f"{label} · {words.reason(sentiment.unscored)}"
    yield f"{label} · {words.model(sentiment.version)}"
    yield el("br")
    if post.url:
        yield _address(post.url)
        yield el("br")
    where = f"{words.row('mention', mention.id)} · {quoted(post.platform, 24)} {quoted(post.external_id, 80)}"
    yield f"{where} · SHA-256 {text_digest(mention)}"


def _address(url: str) -> Element:
    """The recorded address as text; a link only where it is plain http, and then one that tells nobody where it was."""
    shown = visible(url)
    if shown == url and not any(c.isspace() for c in url) and _is_web(url):
        return el("a", shown, href=url, rel="noreferrer noopener nofollow")
    return el("span", shown)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
