"""The columns of the table of terms and elections."""

from orgs.models import PostKind
from schools.sheets import COUNTY
from sheets.forms import SERIAL, Column, Table, Type

# Columns of posts: key of the column → kind.
POSTS = {kind.value: kind for kind in PostKind}
_POST_SYNONYMS = {
    PostKind.SECRETARY: ("党组织书记", "书记姓名", "支部书记", "党支部书记", "现任书记"),
    PostKind.DEPUTY_SECRETARY: ("副书记姓名", "支部副书记"),
    PostKind.ORGANIZATION: ("组织委员姓名",),
    PostKind.PUBLICITY: ("宣传委员姓名",),
    PostKind.DISCIPLINE: ("纪检委员姓名", "纪律检查委员"),
}
_POST_EXAMPLES = {
    PostKind.SECRETARY: ("张某某", "李某某"),
    PostKind.ORGANIZATION: ("王某某", ""),
}


def _post(kind: PostKind) -> Column:
    return Column(
        kind.value,
        str(kind.label),
        Type.NAMES,
        _POST_SYNONYMS.get(kind, ()),
        hint="不填表示不改；没有人任这个职务的写“空缺”",
        examples=_POST_EXAMPLES.get(kind, ("", "")),
    )


TABLE = Table(
    "terms",
    "任期与换届登记表",
    (
        SERIAL,
        COUNTY,
        Column(
            "org",
            "党组织名称",
            Type.NAME,
            ("党组织全称", "支部名称", "党支部名称", "组织名称", "党组织"),
            required=True,
            max_length=100,
            identifies=True,
        ),
        Column(
            "elected",
            "本届换届时间",
            Type.DATE,
            (
                "上次换届时间",
                "换届时间",
                "换届选举时间",
                "本届班子当选日期",
                "本届当选时间",
                "任职时间",
                "本届换届日期",
                "上次换届日期",
            ),
            in_header=True,
            hint="选举当天；换届后写新的一届",
            examples=("2024-03-18", "2025-09-20"),
        ),
        Column(
            "years",
            "任期(年)",
            Type.YEARS,
            ("任期", "任期年限"),
            hint="不填时党委按 5 年、其他按 3 年",
        ),
        Column(
            "stated_end",
            "届满时间",
            Type.DATE,
            ("应换届时间", "届满日期", "到期时间", "任期届满时间", "任期届满"),
            past=False,
            lenient=True,
            hint="可以不填，由换届时间和任期推算",
            examples=("2027-03-18", ""),
        ),
        Column(
            "on_time",
            "是否按期换届",
            Type.SKIPPED,
            ("是否届满", "剩余天数", "状态", "换届状态", "类别", "党组织类别"),
        ),
        *(_post(kind) for kind in PostKind),
        Column(
            "entitled",
            "有选举权的党员",
            Type.INT,
            ("应到有选举权党员", "有选举权党员数"),
            examples=("15", ""),
        ),
        Column(
            "present",
            "实到有选举权的党员",
            Type.INT,
            ("实到有选举权党员", "实到有选举权党员数"),
            hint="不少于五分之四",
            examples=("14", ""),
        ),
        Column("candidates", "候选人数", Type.INT, (), examples=("4", "")),
        Column("seats", "应选人数", Type.INT, (), examples=("3", "")),
        Column(
            "document",
            "换届批复文号",
            Type.TEXT,
            ("批复文号", "选举结果批复文号"),
            max_length=60,
        ),
        Column(
            "extended_to",
            "延期至",
            Type.DATE,
            ("延期换届至", "延期到"),
            past=False,
            hint="上级批准延期的填写，不超过一年",
            examples=("", ""),
        ),
        Column(
            "extension_document",
            "延期批准文号",
            Type.TEXT,
            ("延期批复文号", "延期换届批复文号", "延期换届批准文号"),
            max_length=60,
        ),
        Column(
            "planned",
            "计划换届时间",
            Type.DATE,
            ("拟换届时间", "预计换届时间"),
            past=False,
            hint="快要届满或已经届满的填写",
            examples=("", ""),
        ),
        Column(
            "reason",
            "未换届原因",
            Type.TEXT,
            ("未按期换届原因", "逾期原因", "未按期换届的原因"),
            max_length=200,
        ),
    ),
)
