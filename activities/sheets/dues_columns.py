"""The columns of the ledger of dues, kept by month or by quarter."""

from activities.models import MONTHS, DuesPayer
from schools.sheets import COUNTY
from sheets.forms import SERIAL, Column, Table, Type, choices_by_label

PAYERS = choices_by_label(
    DuesPayer,
    WAGE="按月领取工资、在职、在岗、工资",
    RETIRED="离退休、退休、离休、退休人员、离退休党员",
    STUDENT="学生、学生党员",
    NO_INCOME="失业或领取救济、低保、失业、低保、无收入",
)
_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
# Key of the column → the months it tells of.
QUARTERS = {f"q{n}": (3 * n - 2, 3 * n - 1, 3 * n) for n in range(1, 5)}


def _money(key: str, label: str, synonyms: tuple[str, ...], **more) -> Column:
    return Column(key, label, Type.AMOUNT, synonyms, **more)


def _month(n: int) -> Column:
    names = (f"{n}月", f"{_MONTHS[n - 1]}月")
    endings = ("", "份", "实缴", "实交", "份实缴", "份实交", "党费", "实交元", "实缴元")
    spellings = [name + ending for name in names for ending in endings]
    examples = ("15.00", "93.00") if n < 3 else ("", "")
    return _money(f"m{n}", spellings[0], tuple(spellings[1:]), in_header=n == 1, examples=examples)


def _quarter(key: str) -> Column:
    n = int(key[1:])
    name = f"{_MONTHS[n - 1]}季度"
    spellings = [
        f"{head}{name}{end}" for head in ("", "第") for end in ("", "实缴", "实交", "党费")
    ]
    spellings += [f"{n}季度", f"第{n}季度", f"{_MONTHS[n - 1]}季"]
    return _money(key, spellings[0], tuple(spellings[1:]), in_header=n == 1)


_PERSON = (
    SERIAL,
    COUNTY,
    Column(
        "branch",
        "所在党支部",
        Type.NAME,
        ("党支部", "党支部名称", "所属党支部", "党组织名称", "支部"),
        max_length=100,
        identifies=True,
        hint="整张表是一个支部的可以不填，写在表题里",
    ),
    Column(
        "name",
        "姓名",
        Type.NAME,
        ("党员姓名",),
        required=True,
        max_length=50,
        identifies=True,
        examples=("张某某", "李某某"),
    ),
    Column(
        "id_number",
        "公民身份号码",
        Type.ID_NUMBER,
        ("身份证号", "身份证号码", "身份证"),
        sensitive=True,
        takes_masks=True,
        identifies=True,
        hint="支部里有人同名时填身份证号或出生日期",
        examples=("", ""),
    ),
    Column(
        "birth",
        "出生日期",
        Type.DATE,
        ("出生年月", "出生时间"),
        identifies=True,
        examples=("", ""),
    ),
    Column(
        "payer",
        "交纳类型",
        Type.CHOICE,
        ("人员类别", "收入类型"),
        choices=PAYERS,
        lenient=True,
        hint="不填时在职的按工资、离退休的按养老金",
    ),
    _money(
        "base",
        "计算基数",
        ("月工资收入", "缴费基数", "交费基数", "党费基数", "税后工资", "月工资", "计算基数元"),
        hint="每年初核定的税后固定收入，单位元",
        examples=("3000.00", "6200.00"),
    ),
    Column(
        "rate",
        "交纳比例",
        Type.SKIPPED,
        ("执行标准", "缴纳比例", "交纳标准", "比例", "性别", "签名", "党员签名"),
    ),
    _money(
        "monthly",
        "月应交",
        ("月应缴", "每月应交", "每月应缴", "月应交党费", "月应缴党费", "应交党费", "月应交元"),
        hint="不填按基数和比例计算；少交、免交的要填减免依据",
        examples=("15.00", "93.00"),
    ),
    Column(
        "reduction",
        "减免依据",
        Type.TEXT,
        ("减免批复文号", "减免文号", "少交免交依据"),
        max_length=60,
    ),
    Column(
        "first", "起始月", Type.INT, ("开始月", "起交月"), hint="年中转入的填写", examples=("", "")
    ),
    Column("last", "截止月", Type.INT, ("终止月",), hint="年中转出的填写", examples=("", "")),
)
_END = (
    Column(
        "sums",
        "全年应交",
        Type.SKIPPED,
        (
            "全年应缴",
            "全年实缴",
            "全年实交",
            "应交月数",
            "已到期月数",
            "欠交",
            "欠缴",
            "合计",
            "全年合计",
            "全年应交元",
            "全年实交元",
            "欠交元",
        ),
    ),
    Column("collector", "收款人", Type.NAME, ("收缴人", "党费收缴人"), max_length=50),
    Column("remark", "备注", Type.TEXT, (), max_length=100),
)

TABLE = Table("dues", "党费收缴台账", (*_PERSON, *map(_month, MONTHS), *_END))
QUARTERLY = Table(
    "dues_quarterly",
    "党费收缴台账（按季）",
    (*_PERSON, *map(_quarter, QUARTERS), *_END),
    has_template=False,
)
