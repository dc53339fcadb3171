"""A few posts as lines, to see what a source brings or a monitor takes."""

from collections.abc import Sequence

from console.domain.mention import Post
from console.ui.dialogs.frame import Page, column
from console.ui.parts import label
from console.ui.theme import Theme
from console.words import Words, quoted


class PostLines(Page):
    """At most ``count`` posts: when, by whom, and what it says, a line each."""

    def __init__(self, name: str, count: int, words: Words, theme: Theme) -> None:
        super().__init__(words, theme)
        self.setObjectName(name)
        self._posts: tuple[Post, ...] = ()
        whole = column(self, inset=4, gap=6)
        whole.setContentsMargins(0, 0, 0, 0)
        self.lines = [(label(tone="3", size="hint"), label(tone="1")) for _ in range(count)]
        for head, text in self.lines:
            whole.addWidget(head)
            whole.addWidget(text)
        self.show_posts(())

    def show_posts(self, posts: Sequence[Post]) -> None:
        """Show these posts."""
        self._posts = tuple(posts[: len(self.lines)])
        for number, (head, text) in enumerate(self.lines):
            is_there = number < len(self._posts)
            head.setVisible(is_there)
            text.setVisible(is_there)
            if is_there:
                post = self._posts[number]
                parts = (
                    self.words.date_time(post.published_at),
                    self.words.platform(post.platform),
                    quoted(post.author, 40),
                )
                head.set(" · ".join(part for part in parts if part))
                text.set(post.text)

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.show_posts(self._posts)
