"""Markup from strangers becomes what a reader would see, and never takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sources._html import plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("a <b>bold</b> <a href='https://x'>link</a>", "a bold link"),
        ("cold<script>alert('<b>')</script> war", "cold war"),
        ("a<style>p { color: red }</style>b<template>c</template>d", "abd"),
        ("<SCRIPT>x</SCRIPT>y<svg><text>z</text></svg>", "y"),
        ("a<script>never ends", "a"),
        ("a&nbsp;&lt;b&gt; &amp;&#20320;", "a <b> &你"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<3 you & me", "<3 you & me"),
        ("a <b", "a <b"),
        ("a <!-- hidden > --> b", "a b"),
        ("a <!-- open", "a <!-- open"),
        ("<!DOCTYPE html>a<?php b ?>c", "ac"),
        ("""<a title="1 > 0" href='">'>b</a>""", "b"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("气死了<img src='e.png' alt='[怒]'>", "气死了[怒]"),
        ("<img alt=ok><img alt='" + "x" * 41 + "'>", "ok"),
        ("  many \n\t blanks\n\n\n<p>\n\n\nhere", "many blanks\nhere"),
        ("&#" + "9" * 5_000 + ";", "&#" + "9" * 5_000 + ";"),
        ("a\0b\ud800", "a\0b\ud800"),
    ],
)
def test_what_a_reader_sees(markup: str, text: str) -> None:
    assert plain(markup) == text


@given(st.text(alphabet="<>/!-'\"= abpimgltscript&;#\n", max_size=200))
def test_no_markup_breaks_us(markup: str) -> None:
    assert isinstance(plain(markup), str)


@given(st.text(alphabet=st.characters(exclude_characters="<&", codec="utf-8")))
def test_words_without_markup_stay(text: str) -> None:
    assert plain(text).split() == text.split()


HOSTILE = ["<!", "<a ", "<a '", '<a "', "</", "<?", "&", "<!--", "<![", "<a b= ", "<", "<a>", "<a '\"", "<a \"'>'\"",
           "<script>", "<style></style", "<svg></sv", "<img alt= ", "<table><tr><td>", "alt "]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize(("before", "after"), [("", ""), ('<a "', ">"), ("<a '", "\"'>"), ("<!--", "-->")])
def test_time_grows_with_length_alone(piece: str, before: str, after: str) -> None:
    """The standard library's parser needs minutes for some of these."""
    began = time.process_time()
    plain(before + piece * (120_000 // len(piece)) + after)
    assert time.process_time() - began < 3
