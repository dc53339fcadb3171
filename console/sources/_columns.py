"""What people call the columns of a post and the platforms, in Chinese and English exports."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_COLUMNS = """
id: id externalid postid mid idstr 微博id 帖子id 文章id 内容id commentid 评论id awemeid videoid contentid
    objectid guid 唯一标识 唯一id
note_id: noteid
platform: platform 平台 平台名称 来源平台 媒体类型 渠道 来源 信息来源 站点 网站 媒体 source site
author: author 作者 用户名 昵称 用户昵称 作者昵称 微博昵称 博主 发布者 发布人 发帖人 账号 账号名称 作者名称
    authorname nickname username screenname user
author_followers: authorfollowers 粉丝数 粉丝数量 粉丝量 作者粉丝数 粉丝 followers followerscount followercount fans
    fanscount
title: title 标题 文章标题 帖子标题 题目 headline subject
text: text 内容 正文 全文 原文 微博内容 微博正文 帖子内容 文章内容 内容正文 评论内容 发布内容 博文 文本 content body
    fulltext posttext selftext message desc description 摘要 summary
published_at: publishedat 发布时间 发表时间 发布日期 发帖时间 评论时间 微博发布时间 createtime createdat createdutc
    publishtime publishedtime pubdate posttime published timestamp datetime 时间 日期 time date
url: url 链接 原文链接 帖子链接 文章链接 微博链接 网址 地址 原文地址 noteurl awemeurl videourl permalink link href
root_id: rootid 原微博id 根微博id 主贴id 原帖id conversationid threadid
parent_id: parentid parentcommentid 父评论id 上级id inreplytoid replytoid
reposts: reposts 转发数 转发量 分享数 转发 repostscount sharecount sharedcount shares retweets
likes: likes 点赞数 点赞量 获赞数 喜欢数 点赞 赞 attitudescount likecount likedcount diggcount
comments: comments 评论数 评论量 回复数 跟帖数 评论 commentscount commentcount repliescount
sentiment: sentiment
"""
_PLATFORMS = """
weibo: weibo wb 微博 新浪微博
wechat: wechat weixin 微信 公众号 微信公众号
qzone: qzone qq空间
xiaohongshu: xiaohongshu xhs rednote 小红书
douyin: douyin dy 抖音
bilibili: bilibili bili b站 哔哩哔哩
zhihu: zhihu 知乎
tieba: tieba 贴吧 百度贴吧
forum: forum bbs 论坛
blog: blog 博客
portal: portal 门户 网站 新闻网站 网媒 新闻 news
press: press 报纸 报刊 平媒 电视 纸媒
x: x twitter 推特
"""


def _vocabulary(block: str) -> Mapping[str, tuple[str, ...]]:
    """``meaning: word word ...``, a line that begins with a blank going on with the one before."""
    lines = re.sub(r"\n +", " ", block).strip().splitlines()
    return {name: tuple(words.split()) for name, words in (line.split(":") for line in lines)}


COLUMNS = _vocabulary(_COLUMNS)
"""The fields of a post, each with the names it goes by, the most telling first; ``note_id`` is what a comment is on."""

_MEANINGS = {name: (field, rank) for field, names in COLUMNS.items() for rank, name in enumerate(names)}
_PLATFORM_OF = {word: platform for platform, words in _vocabulary(_PLATFORMS).items() for word in words}


@lru_cache(maxsize=4_096)
def meaning(heading: str) -> tuple[str, int] | None:
    """The field that a heading means and its rank among the names of that field; None for one that means nothing."""
    name = unicodedata.normalize("NFKC", heading[:200]).casefold()
    name = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", name)
    return _MEANINGS.get(re.sub(r"[\s_\-.:*#\ufeff]", "", name))


def platform_of(word: str, otherwise: str) -> str:
    """The platform that a file's own word means; a word we do not know stays as it is."""
    said = unicodedata.normalize("NFKC", word).strip()
    return _PLATFORM_OF.get(said.casefold(), said[:40] or otherwise)
