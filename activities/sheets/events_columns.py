"""The columns of the ledgers of trainings and of volunteering."""

from __future__ import annotations

from activities.models import (
    TrainingForm,
    TrainingLevel,
    VolunteerCategory,
)
from schools.sheets import COUNTY
from sheets.forms import (
    SERIAL,
    Column,
    Table,
    Type,
    choices_by_label,
)

BRANCH = Column(
    "branch",
    "党支部名称",
    Type.NAME,
    ("支部", "所属支部", "组织名称", "党组织名称", "党组织", "所在党支部", "党支部"),
    required=True,
    max_length=120,
    identifies=True,
    hint="全称或简称",
)


def _members_column(label: str, synonyms: tuple[str, ...]) -> Column:
    return Column(
        "members",
        label,
        Type.NAMES,
        synonyms,
        hint="姓名之间用顿号分开；全体参加的写“全体”",
        examples=("张某某、李某某", "全体"),
    )


TRAININGS = Table(
    "trainings",
    "党员教育培训台账",
    (
        SERIAL,
        COUNTY,
        BRANCH,
        Column(
            "theme",
            "培训主题",
            Type.TEXT,
            ("培训内容", "培训班名称", "培训名称", "课程名称", "学习内容"),
            required=True,
            max_length=120,
            examples=("党员集中轮训", "师德师风专题讲座"),
        ),
        Column(
            "form",
            "形式",
            Type.CHOICE,
            ("培训形式", "培训方式", "学习形式"),
            required=True,
            choices=choices_by_label(
                TrainingForm,
                CONCENTRATED="集中、集中学习、脱产培训、培训班",
                LECTURE="讲座、报告会、专题党课",
                ONLINE="在线、网络、网络学习、线上学习、网上学习",
                PRACTICE="实践、现场教学、实地参观",
            ),
            examples=("集中培训", "专题讲座"),
        ),
        Column(
            "level",
            "主办层级",
            Type.CHOICE,
            ("培训层级", "层级", "举办层级", "培训级别"),
            required=True,
            choices=choices_by_label(
                TrainingLevel,
                BRANCH="支部、党支部自办",
                SCHOOL="学校、校级、党总支、学校党委",
                TOWNSHIP="乡镇、街道、镇级、乡镇级、中心校",
                COUNTY="县、区、县级、区级、县区级",
                CITY="市级、地市级",
                PROVINCE="省、省级、国家级、中央",
            ),
            examples=("县级", "学校"),
        ),
        Column("organizer", "主办单位", Type.TEXT, ("组织单位", "举办单位"), max_length=60),
        Column(
            "start",
            "开始时间",
            Type.DATE,
            ("培训时间", "时间", "日期", "学习时间"),
            required=True,
            examples=("7月8日", "5月12日"),
        ),
        Column("end", "结束时间", Type.DATE, ("截止时间",), hint="只有一天的不填"),
        Column(
            "hours", "学时", Type.SCORE, ("培训学时", "课时"), required=True, examples=("16", "4")
        ),
        Column("place", "地点", Type.TEXT, ("培训地点",), max_length=60),
        Column("teacher", "授课人", Type.NAME, ("主讲人", "授课教师", "讲师"), max_length=50),
        _members_column("参训党员", ("参加人员", "参训人员", "参加党员", "培训对象")),
    ),
)
VOLUNTEERING = Table(
    "volunteering",
    "党员志愿服务台账",
    (
        SERIAL,
        COUNTY,
        BRANCH,
        Column(
            "theme",
            "活动主题",
            Type.TEXT,
            ("主题", "活动名称", "服务内容", "活动内容", "服务项目"),
            required=True,
            max_length=120,
            examples=("校门口护学岗", "社区环境整治"),
        ),
        Column(
            "category",
            "类别",
            Type.CHOICE,
            ("服务类别", "活动类别", "服务类型"),
            required=True,
            choices=choices_by_label(
                VolunteerCategory,
                COMMUNITY="社区、进社区",
                HELP="帮困、扶贫帮困、结对帮扶、帮扶",
                GREEN="环保、环境整治、清洁",
                GUARD="护学、文明交通",
                TEACHING="送教、支教、送教下乡",
                OTHER="其它",
            ),
            examples=("护学岗", "环境保护"),
        ),
        Column(
            "start",
            "时间",
            Type.DATE,
            ("活动时间", "服务时间", "日期", "开展时间"),
            required=True,
            examples=("3月5日", "10月12日"),
        ),
        Column(
            "hours",
            "服务时长（小时）",
            Type.SCORE,
            ("服务时长", "时长", "小时数", "时长（小时）"),
            required=True,
            examples=("2", "3"),
        ),
        Column("place", "地点", Type.TEXT, ("活动地点", "服务地点"), max_length=60),
        Column("partner", "合作单位", Type.TEXT, ("服务对象", "共建单位"), max_length=60),
        Column("organizer", "组织者", Type.NAME, ("负责人", "活动负责人"), max_length=50),
        _members_column("参加党员", ("参加人员", "参与人员", "志愿者", "参加人员名单")),
    ),
)
