"""A day on the desk of an invented brand, written into a real store through the real tally and judge.

Somebody's rice cooker opens its lid by itself; two hours later the country talks of it. Every word, name and number is
made up here. The story ends at ``now``; the store's clock is led through it, so that all times are true.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from console.domain.clock import DAY, HOUR, MINUTE, SECOND, Instant, ReplayClock
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.escalation import Contact, ContactId, NotificationEvent, NotificationState, Role
from console.domain.incident import IncidentAct, IncidentId
from console.domain.judgement import Verdict
from console.domain.mention import Post, Sentiment, label_of
from console.domain.monitor import Monitor, MonitorId
from console.pipeline.facts import facts_of
from console.pipeline.judge import Judge
from console.pipeline.tally import Tally
from console.store import conversations, coverage, incidents, mentions, notifications, watchlist
from console.store.database import Store
from console.store.mentions import ScoredPost

BEGINS = 36 * HOUR
"""How long before its end the story begins."""


@dataclass(frozen=True)
class Tongue:
    """What people write and are called, in one language."""

    brand: str
    monitors: tuple[tuple[str, tuple[str, ...]], ...]
    sources: dict[str, str]
    people: tuple[str, str, str]
    note: str
    root: tuple[str, str]
    loud: tuple[tuple[str, int, str], ...]
    delay: str
    store: str
    bare: str
    when: Sequence[str]
    what: Sequence[str]
    then: Sequence[str]
    end: Sequence[str]
    unsure: Sequence[str]
    calm: Sequence[str]
    glad: Sequence[str]
    handles: Sequence[str]
    glue: str = "，"
    stop: str = "。"


CHINESE = Tongue(
    brand="松岚",
    monitors=(
        ("松岚 · 品牌", ("松岚",)),
        ("松岚电饭煲 · 产品", ("松岚电饭煲", "松岚锅")),
        ("售后与上门", ("松岚售后", "松岚师傅")),
        ("管理层", ("松岚董事长",)),
    ),
    sources={"weibo": "微博", "forum": "论坛", "blog": "博客", "portal": "门户", "press": "报刊"},
    people=("值班员甲", "总经理", "值班员乙"),
    note="我在查，先联系首帖作者",
    root=(
        "@三餐四季的灶台",
        ("松岚电饭煲煮粥到一半，盖子自己弹开，米汤溅了孩子一胳膊。报修两周没人来，"
        "客服只会说“请您耐心等待”。厨房里的事，也等得起吗？"),
    ),
    loud=(
        ("@厨房里的显微镜", 1_024_000, "拆了三台松岚电饭煲，锁扣都是同一处裂。这不是个例，请厂家出来讲清楚。"),
        ("@量杯与火候", 268_000, "松岚的盖子弹开不是第一回了，去年就有人说过，到现在没有说法。"),
        ("@下班先淘米", 143_000, "家里这台松岚也弹过一次，幸好当时没人站在旁边，后怕。"),
        ("@城北生活志", 121_000, "收到十几位读者的松岚电饭煲弹盖投诉，客服电话打了一上午没通。"),
    ),
    delay="松岚的预售单拖了二十天还没发货，改约三次，每次都说明天。",
    store="松岚门店的试吃活动又临时取消，排了一小时队，没人道歉。",
    bare="转发微博",
    when=("用了三个月", "上周才到货", "给爸妈买的", "今早煮粥", "返修回来第二天", "搬家后头一回用", "昨晚蒸饭"),
    what=(
        "松岚电饭煲的盖子自己弹开，粥溅了一灶台",
        "松岚锅煮到一半就冒汽，盖子扣不住",
        "松岚电饭煲卡扣裂了，只能拿毛巾压着",
        "松岚锅排气口一直喷水，插座都湿了",
        "松岚电饭煲弹盖，手背烫红一片",
        "松岚锅盖关上又开，怎么按都没用",
    ),
    then=(
        "客服让我再等等",
        "松岚售后打了四遍都在排队",
        "说要自费寄回去检测",
        "松岚师傅约了三次没来",
        "工单自动关了",
        "只肯换个垫圈",
        "到现在没人回话",
    ),
    end=("再也不买了", "太让人失望", "谁来管一管", "孩子差点被烫到", "要求退款", "别拿大家的安全开玩笑", "准备去投诉"),
    unsure=(
        "松岚电饭煲这事后来有说法吗，想买又不敢下手",
        "不知道松岚是不是同一批次的问题，我这台暂时还好",
        "松岚锅盖有点松，不确定算不算毛病",
    ),
    calm=(
        "求问松岚电饭煲的内胆在哪儿配得到",
        "松岚新款和旧款的容量差多少",
        "松岚门店周末营业到几点",
        "转让一台松岚电饭煲，九成新，自提",
        "有人对比过松岚和别家的保温时长吗",
        "松岚的说明书电子版在哪里下载",
    ),
    glad=("松岚电饭煲煮的杂粮饭真香", "松岚师傅今天准时上门，态度很好", "给外婆换了松岚的新锅，她夸了一路"),
    handles=(
        "早起的喷壶", "窗台第二盆薄荷", "阿满的便当盒", "慢火", "拧不紧的瓶盖", "楼下面馆常客", "云上的筷子",
        "小林在路上", "不吃香菜同盟", "半碗锅巴", "晾衣绳", "西街修表铺", "蒸蛋要嫩", "夜班第七年", "橘子汽水",
    ),
)  # fmt: skip

ENGLISH = Tongue(
    brand="Pinevale",
    monitors=(
        ("Pinevale · brand", ("Pinevale",)),
        ("Pinevale cookers", ("Pinevale cooker",)),
        ("Service visits", ("Pinevale service",)),
        ("Management", ("Pinevale's chairman",)),
    ),
    sources={"weibo": "Weibo", "forum": "Forums", "blog": "Blogs", "portal": "Portals", "press": "Press"},
    people=("Officer A", "The director", "Officer B"),
    note="Looking into it; calling the first author",
    root=(
        "@four-seasons-stove",
        ("My Pinevale cooker threw its lid open halfway through and the hot porridge hit my boy's arm. Two weeks of "
        "asking for a repair, and support only answers “please be patient”. Is a kitchen a place for patience?"),
    ),
    loud=(
        ("@kitchen-microscope", 1_024_000, "Took three Pinevale cookers apart: the latch cracks at one spot. Explain."),
        ("@cups-and-degrees", 268_000, "The Pinevale lid is not news. People said so last year, nobody answered."),
        ("@rice-after-work", 143_000, "Our Pinevale cooker did it too. Nobody stood beside it, by luck. Shaking."),
        ("@north-side-living", 121_000, "A dozen readers write of Pinevale lids flying open. Support is silent."),
    ),
    delay="The Pinevale order is twenty days late, moved three times, and every time they say tomorrow.",
    store="The Pinevale tasting was called off again. We queued for an hour and nobody said sorry.",
    bare="Repost",
    when=("Three months old", "Arrived last week", "Bought for my parents", "This morning", "Back from repair"),
    what=(
        "my Pinevale cooker opened by itself and the porridge went everywhere",
        "the Pinevale cooker steams at the side and the lid will not hold",
        "the latch of my Pinevale cooker cracked, I hold it down with a towel",
        "the Pinevale cooker spat boiling water into the socket",
        "a Pinevale cooker lid burnt my hand",
    ),
    then=(
        "support says to wait",
        "Pinevale service put me in a queue four times",
        "they want me to pay for the inspection",
        "Pinevale service never came",
        "the ticket closed itself",
        "nobody has answered yet",
    ),
    end=("Never again.", "So disappointed.", "Who looks after this?", "I want my money back.", "Is this safe?"),
    unsure=(
        "Did Pinevale ever answer about the lids? I meant to buy one",
        "Not sure whether my Pinevale cooker is of the same batch, fine so far",
    ),
    calm=(
        "Where do I get a new inner pot for a Pinevale cooker?",
        "How do the new and the old Pinevale cooker compare in size?",
        "Until when is the Pinevale shop open on Sundays?",
        "Selling a Pinevale cooker, hardly used, pick-up only",
    ),
    glad=("The Pinevale cooker makes lovely brown rice", "Pinevale service came on time today, very kind"),
    handles=(
        "early-kettle", "second-mint", "lunch-box-lane", "slow-flame", "loose-cap", "noodle-regular", "cloud-chopstick",
        "small-grove", "no-coriander", "half-a-crust", "clothes-line", "west-street-clock", "soft-egg", "night-seven",
    ),
    glue=", ",
    stop=". ",
)  # fmt: skip

TONGUES = {"zh_CN": CHINESE, "en": ENGLISH}


@dataclass
class Story:
    """What happens, in order of time."""

    tongue: Tongue
    now: Instant
    chance: random.Random = field(default_factory=lambda: random.Random(20_261))
    arrivals: list[tuple[Instant, ScoredPost]] = field(default_factory=list)
    acts: list[tuple[Instant, Callable[[], object]]] = field(default_factory=list)
    monitors: tuple[Monitor, ...] = ()
    count: int = 0

    def post(
        self,
        at: Instant,
        text: str,
        negative: float | None,
        *,
        platform: str = "weibo",
        author: str | None = None,
        followers: int | None = None,
        root: str | None = None,
        parent: str | None = None,
        name: str | None = None,
    ) -> str:
        """One post published ``at``; it arrives within seconds. Gives its external id."""
        rng = self.chance
        self.count += 1
        external = name or f"p{self.count}"
        author = author or f"@{rng.choice(self.tongue.handles)}{rng.choice(['', '', rng.randrange(10, 99)])}"
        known = followers is not None or rng.random() < 0.86
        followers = (followers or int(rng.lognormvariate(6.2, 1.6))) if known else None
        arrived = at + rng.randrange(4, 40) * SECOND
        post = Post(
            platform, external, author, text, at, followers, root, parent, f"https://example.org/{external}",
            rng.randrange(0, 60), rng.randrange(0, 90), rng.randrange(0, 40), arrived,
        )  # fmt: skip
        judged = None if negative is None else sentiment(negative)
        matched = tuple(m.id for m in self.monitors if m.matches(post))
        self.arrivals.append((arrived, ScoredPost(self.tongue.sources[platform], post, matched, judged)))
        return external

    def complaint(self) -> str:
        """A complaint like many others."""
        rng, t = self.chance, self.tongue
        parts = [rng.choice(t.when), rng.choice(t.what), rng.choice(t.then)]
        return t.glue.join(parts) + t.stop + rng.choice(t.end)

    def quiet_day(self) -> None:
        """What a brand hears on any day."""
        at = self.now - BEGINS
        while at < self.now:
            local = (at // HOUR + 8) % 24
            at += int(self.chance.expovariate(1) * (90 if 8 <= local < 23 else 400) * SECOND)
            if at >= self.now - 30 * SECOND:
                return
            draw = self.chance.random()
            platform = self.chance.choices(list(self.tongue.sources), [70, 18, 7, 3, 2])[0]
            t = self.tongue
            if draw < 0.02 and at < self.now - 2 * HOUR:
                self.post(at, self.complaint(), self.chance.uniform(0.65, 0.9), platform=platform)
            elif draw < 0.06:
                self.post(at, self.chance.choice(t.unsure), self.chance.uniform(0.42, 0.58), platform=platform)
            elif draw < 0.30:
                self.post(at, self.chance.choice(t.glad), self.chance.uniform(0.02, 0.2), platform=platform)
            else:
                self.post(at, self.chance.choice(t.calm), self.chance.uniform(0.25, 0.38), platform=platform)

    def flare(self, name: str, text: str, begin: Instant, minutes: int, count: int) -> None:
        """A small matter: ``count`` negatives within ``minutes``, and a few later ones."""
        self.post(begin, text, 0.8, name=name)
        for number in range(count):
            at = begin + int(minutes * MINUTE * (number + 1) / count)
            self.post(at, self.complaint(), self.chance.uniform(0.62, 0.93), root=name, parent=name)

    def crisis(self) -> None:
        """The lid: smoulders for an hour and a half, is carried by a big account, and breaks out."""
        rng, t = self.chance, self.tongue
        begin = self.now - 134 * MINUTE
        author, text = t.root
        self.post(begin, text, 0.94, name="lid", author=author, followers=3_870)
        for minute in range(1, 134):
            rate = 0.25 + 0.9 * _bump(minute, 16, 6) + 0.5 * _bump(minute, 62, 9)
            rate += 10.5 / (1 + 2.718 ** (-(minute - 114) / 6.5))
            for _ in range(_poisson(rng, rate * 1.35)):
                self._echo(begin + minute * MINUTE + rng.randrange(0, 59) * SECOND, minute)
        for (loud, followers, words), minute in zip(t.loud, (89, 105, 110, 117), strict=True):
            self.post(begin + minute * MINUTE, words, 0.96, author=loud, followers=followers, root="lid", parent="lid")

    def _echo(self, at: Instant, minute: int) -> None:
        rng, t = self.chance, self.tongue
        platforms = ["weibo", "forum", "blog", "portal", "press"]
        weights = [80, 16, 0, 0, 0] if minute < 102 else [66, 18, 10, 5, 1]
        platform = rng.choices(platforms, weights)[0]
        draw = rng.random()
        if draw < 0.18 and platform == "weibo":
            self.post(at, t.bare, None, root="lid", parent="lid")
        elif draw < 0.30:
            self.post(at, rng.choice(t.unsure), rng.uniform(0.42, 0.58), platform=platform, root="lid", parent="lid")
        elif draw < 0.42:
            self.post(at, rng.choice(t.calm), rng.uniform(0.2, 0.38), platform=platform, root="lid", parent="lid")
        else:
            self.post(at, self.complaint(), rng.uniform(0.66, 0.98), platform=platform, root="lid", parent="lid")


def fill(store: Store, clock: ReplayClock, now: Instant, language: str = "zh_CN", *, is_burning: bool = True) -> None:
    """Write the story into an empty store whose clock stands still; it stands at ``now`` afterwards."""
    tongue = TONGUES[language]
    clock.until(now - BEGINS)
    story = Story(tongue, now, monitors=_set_up(store, tongue, now - BEGINS))
    story.quiet_day()
    story.flare("tasting", tongue.store, now - 28 * HOUR, 30, 34)
    officer, executive, second = tongue.people
    del executive
    act = _Acts(store, second)
    story.acts += [
        (now - 27 * HOUR, lambda: act.first(IncidentAct.ACKNOWLEDGE, "")),
        (now - 22 * HOUR, lambda: act.first(IncidentAct.RESOLVE, "")),
    ]
    if is_burning:
        story.flare("delay", tongue.delay, now - 5 * HOUR, 24, 26)
        story.acts.append((now - 280 * MINUTE, lambda: _Acts(store, officer).newest(IncidentAct.ACKNOWLEDGE, "")))
        story.acts.append((now - 200 * MINUTE, lambda: _Acts(store, officer).newest(IncidentAct.WATCH, "")))
        story.crisis()
        story.acts.append((now - 10 * MINUTE, lambda: act.newest(IncidentAct.ACKNOWLEDGE, tongue.note)))
    _play(store, clock, story)
    _listen(store, tongue, now, is_burning=is_burning)
    clock.until(now)


def _set_up(store: Store, tongue: Tongue, at: Instant) -> tuple[Monitor, ...]:
    officer, executive, _ = tongue.people
    monitors = []
    for title, names in tongue.monitors:
        monitor = Monitor(MonitorId(0), title, names)
        number = store.write(watchlist.save_monitor, monitor, officer, at).result()
        monitors.append(replace(monitor, id=number))
    for contact in store.read(watchlist.contacts).result():
        name = {Role.DUTY: officer, Role.EXECUTIVE: executive}[contact.role]
        named = Contact(ContactId(contact.id), name, contact.role)
        store.write(watchlist.save_contact, named, officer, at).result()
    for platform, name in tongue.sources.items():
        options = {"url": f"https://example.org/{platform}.xml"}
        store.write(watchlist.save_source, name, "feed", options, officer, at).result()
    return tuple(monitors)


def _play(store: Store, clock: ReplayClock, story: Story) -> None:
    """Lead the store through the story as the engine would: store, measure, judge, raise, deliver."""
    tally = Tally()
    judge = Judge(store.read(watchlist.rules).result())
    arrivals = sorted(story.arrivals, key=lambda pair: pair[0])
    acts = sorted(story.acts, key=lambda pair: pair[0])
    step, at = 0, story.now - BEGINS
    while at < story.now:
        is_old = at < story.now - 6 * HOUR and not story.now - 29 * HOUR < at < story.now - 26 * HOUR
        at = min(at + (10 * MINUTE if is_old else 10 * SECOND), story.now)
        clock.until(at)
        batch = []
        while step < len(arrivals) and arrivals[step][0] <= at:
            batch.append(arrivals[step][1])
            step += 1
        counted: Sequence[mentions.Counted] = ()
        if batch:
            counted = store.write(mentions.add, batch, None, None, None, at).result().counted
        findings = judge.judge(tally.advance(at, counted, (), judge.due(at)), at)
        if findings:
            verdicts = []
            for finding in findings:
                summary = store.read(conversations.summary, finding.reading.subject, at).result()
                assert summary is not None
                facts = facts_of(finding.rule, finding.reading, finding.met, summary) if finding.met else {}
                verdicts.append(
                    Verdict(
                        finding.state,
                        finding.rule,
                        finding.reading.subject,
                        facts,
                        summary.title,
                        summary.first_post_at,
                        finding.calm_since,
                    )
                )
            store.write(incidents.raise_, verdicts, at).result()
            tally.watch(judge.watched())
        _deliver(store, at)
        while acts and acts[0][0] <= at:
            acts.pop(0)[1]()


def _deliver(store: Store, at: Instant) -> None:
    """The desktop takes what is owed at once; the executive looks nine minutes later."""
    for one in store.read(notifications.open_for).result():
        if one.state is NotificationState.PENDING:
            store.write(notifications.mark, one.id, NotificationEvent.SEND, at, "desktop").result()
        elif one.state is NotificationState.SENT:
            store.write(notifications.mark, one.id, NotificationEvent.RECEIVE, at, "desktop").result()
        elif one.state is NotificationState.RECEIVED and at - one.created_at >= 9 * MINUTE:
            store.write(notifications.mark, one.id, NotificationEvent.SEE, at, "desktop").result()


def _listen(store: Store, tongue: Tongue, now: Instant, *, is_burning: bool) -> None:
    """How the sources were heard: one had a gap, and while it burns another has gone blind."""
    for number, (platform, name) in enumerate(tongue.sources.items()):
        hears_at = [now - DAY, now - 3 * HOUR]
        if platform == "weibo" and is_burning:
            hears_at += [now - 88 * MINUTE, now - 79 * MINUTE]
        if platform == "portal" and is_burning:
            hears_at.append(now - 7 * MINUTE)
        else:
            hears_at.append(now - (6 + 11 * number) * SECOND)
        for before, at in zip([0, *hears_at], hears_at, strict=False):
            if at == now - 79 * MINUTE:
                health = SourceHealth(name, SourceLamp.FAILING, before + MINUTE, "source_status", {"status": 503})
                store.write(coverage.report, health).result()
            store.write(coverage.heard, name, at, None if at < now - 5 * MINUTE else 60.0).result()
    if is_burning:
        blind = SourceHealth(
            tongue.sources["portal"], SourceLamp.FAILING, now - 6 * MINUTE, "source_unreachable", {}, now + 30 * SECOND
        )
        store.write(coverage.report, blind).result()


class _Acts:
    """What an officer does with an incident."""

    def __init__(self, store: Store, by: str) -> None:
        self._store, self._by = store, by

    def newest(self, act: IncidentAct, note: str) -> None:
        """Act on the newest unresolved incident."""
        self._act(self._store.read(incidents.list_).result()[0].id, act, note)

    def first(self, act: IncidentAct, note: str) -> None:
        """Act on the oldest unresolved incident."""
        self._act(self._store.read(incidents.list_).result()[-1].id, act, note)

    def _act(self, incident: IncidentId, act: IncidentAct, note: str) -> None:
        at = self._store.write(lambda tx: tx.now()).result()
        self._store.write(incidents.move, incident, act, self._by, note, at).result()


def sentiment(negative: float) -> Sentiment:
    """A judgement by P(negative); between a fifth and two fifths it is neither."""
    score = 0.5 if 0.2 <= negative < 0.4 else 1 - negative
    return Sentiment(score, negative, label_of(score, negative), abs(2 * negative - 1), "story")


def _bump(minute: int, middle: float, width: float) -> float:
    return float(2.718 ** (-((minute - middle) ** 2) / (2 * width**2)))


def _poisson(rng: random.Random, mean: float) -> int:
    limit, count, product = 2.718281828**-mean, 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
