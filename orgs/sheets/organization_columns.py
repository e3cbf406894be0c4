"""The columns of the list of organizations."""

from orgs.models import OrgKind
from schools.sheets import COUNTY
from sheets.forms import SERIAL, Column, Table, Type, choices_by_label

KINDS = choices_by_label(
    OrgKind,
    COMMITTEE="党委、基层党委、学校党委、党的基层委员会",
    GENERAL_BRANCH="党总支、总支、党总支部、总支部",
    BRANCH="党支部、支部、离退休党支部、退休党支部",
    JOINT_BRANCH="联合党支部、联合支部",
    TEMPORARY_BRANCH="临时党支部、临时支部",
    FUNCTIONAL_BRANCH="功能型党支部、功能型支部、功能党支部",
)

TABLE = Table(
    "organizations",
    "党组织基本信息表",
    (
        SERIAL,
        COUNTY,
        Column(
            "name",
            "党组织名称",
            Type.NAME,
            ("党组织全称", "支部名称", "党支部名称", "组织名称", "名称"),
            required=True,
            max_length=100,
        ),
        Column(
            "kind",
            "党组织类别",
            Type.CHOICE,
            ("组织类别", "类型", "党组织建制", "党组织类型", "类别"),
            required=True,
            choices=KINDS,
        ),
        Column(
            "school",
            "所在学校",
            Type.NAMES,
            ("所在单位", "覆盖学校", "学校名称", "所在单位名称", "覆盖单位"),
        ),
        Column(
            "parent",
            "上级党组织",
            Type.NAME,
            ("隶属党组织", "所属分党委", "上级党组织名称", "所属党组织", "隶属关系"),
            required=True,
            in_header=False,
            max_length=100,
        ),
        Column(
            "founded", "成立时间", Type.DATE, ("建立时间", "批准成立时间", "成立日期", "组建时间")
        ),
        Column(
            "secretary",
            "书记姓名",
            Type.NAME,
            ("党组织书记", "书记", "支部书记", "党组织书记姓名"),
            max_length=50,
        ),
        Column(
            "secretary_is_principal",
            "书记是否由校长兼任",
            Type.BOOL,
            ("书记校长“一肩挑”", "是否一肩挑", "一肩挑", "书记校长一肩挑", "是否书记校长一肩挑"),
        ),
        Column("contact", "党组织联系人", Type.NAME, ("联系人",), max_length=50),
        Column("phone", "联系电话", Type.TEXT, ("固定电话", "电话", "办公电话"), max_length=30),
        Column("members", "党员数", Type.INT, ("党员总数", "党员人数", "党员数量")),
        Column("full", "正式党员", Type.INT, ("正式党员数",)),
        Column("probationary", "预备党员", Type.INT, ("预备党员数", "其中:预备党员")),
        Column(
            "elected",
            "本届换届时间",
            Type.DATE,
            (
                "上次换届时间",
                "换届时间",
                "换届选举时间",
                "本届班子当选日期",
                "任职时间",
                "本届换届日期",
                "上次换届日期",
            ),
        ),
        Column("years", "任期(年)", Type.YEARS, ("任期", "任期年限")),
        Column(
            "stated_end",
            "届满时间",
            Type.DATE,
            ("应换届时间", "届满日期", "到期时间", "任期届满时间"),
            past=False,
            lenient=True,
        ),
        Column("on_time", "是否按期换届", Type.SKIPPED, ("是否届满", "党龄", "剩余天数")),
        Column(
            "fixed_day",
            "主题党日固定日",
            Type.TEXT,
            ("固定党日", "主题党日时间", "党日固定日"),
            max_length=30,
        ),
        Column(
            "committee",
            "是否设支委会",
            Type.TEXT,
            ("支委人数", "是否设支部委员会", "支委会", "委员人数"),
        ),
        Column("remark", "备注", Type.TEXT, (), max_length=200),
    ),
)
