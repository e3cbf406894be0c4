"""The invented city as data: places, units, towns, and the bodies that manage schools.

Names agree with the workbooks the bureau sends round: a county's own schools, three
district seats, the towns and their village schools.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CITY_CODE, CITY_NAME = "990100", "云岭市"


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a list written with spaces."""
    return tuple(text.split())


@dataclass(frozen=True)
class Town:
    """A town or street office: its name and the village of its village school."""

    name: str
    village: str = ""

    @property
    def stem(self) -> str:
        """Return the name without 镇, 乡 or 街道, as in the short names of schools."""
        for ending in ("街道", "镇", "乡"):
            if self.name.endswith(ending):
                return self.name.removesuffix(ending)
        return self.name

    @property
    def is_street(self) -> bool:
        return self.name.endswith("街道")


@dataclass(frozen=True)
class Unit:
    """A reporting unit: a row of the table."""

    key: str
    name: str
    # County code of its place; the directly run schools stand in the three districts.
    code: str
    seat: str = ""
    towns: tuple[Town, ...] = ()
    # Streets round the seat where private schools stand (counties with 所在地党委).
    streets: tuple[str, ...] = field(default=())

    @property
    def is_district(self) -> bool:
        return self.name.endswith("区")


UNITS = (
    Unit("direct", "直属学校", CITY_CODE),
    Unit(
        "yundong",
        "云东区",
        "990102",
        "云东街道",
        (Town("朝阳街道", "杨柳"), Town("五里镇", "小河")),
    ),
    Unit(
        "binhe",
        "滨河区",
        "990103",
        "滨河街道",
        (Town("临江街道", "白杨"), Town("河口镇", "新桥")),
    ),
    Unit(
        "qingyan",
        "青岩区",
        "990104",
        "青岩街道",
        (Town("南门街道", "水口"), Town("新店镇", "小河")),
    ),
    Unit(
        "linxi",
        "临溪县",
        "990121",
        "城关镇",
        (
            Town("石板镇", "红星"),
            Town("白石镇", "杨柳"),
            Town("清溪镇", "白杨"),
            Town("马家坪乡", "小河"),
            Town("双河乡", "红星"),
        ),
    ),
    Unit(
        "anling",
        "安陵县",
        "990122",
        "城关镇",
        (
            Town("安平镇", "水口"),
            Town("大岭镇", "白杨"),
            Town("黄泥乡", "小河"),
            Town("古井镇", "红星"),
        ),
        ("城东街道", "城西街道"),
    ),
    Unit(
        "shidu",
        "石渡县",
        "990123",
        "城关镇",
        (
            Town("石渡口镇", "小河"),
            Town("桃源镇", "小河"),
            Town("沙湾乡", "大坝"),
            Town("青山镇", "水口"),
        ),
        ("渡东街道", "渡西街道"),
    ),
    Unit(
        "liutang",
        "柳塘县",
        "990124",
        "城关镇",
        (Town("柳塘镇", "红星"), Town("东埠镇", "长岭"), Town("竹园乡", "松林")),
    ),
)
UNIT = {unit.key: unit for unit in UNITS}
DISTRICTS = tuple(unit for unit in UNITS if unit.is_district)

# Stems of further towns, taken in this order by the units in theirs.
TOWN_STEMS = _words(
    "芦洲 沙港 柏林 东风 望江 杏花 枫林 长乐 兴隆 太平 永丰 三岔 龙潭 凤鸣 石桥 "
    "石门 双龙 金沙 银杏 梅岭 竹溪 茶山 松坪 云峰 高坪 平桥 新桥 老街 河西 河东 "
    "上坝 下坝 白马 青龙 黄连 红岩 紫云 碧溪 芳草 花园 梨园 桃坪 李庄 王场 陈集 "
    "周店 吴渡 郑坪 冯桥 蒋坝 沈湾 韩岗 杨湾 朱集 秦岭 许家 何坪 吕店 施桥 张集 "
    "孔渡 曹坝 严桥 华山 金鸡 魏庄 陶坪 姜湾 戚店 谢集 邹坪 喻桥 苏湾 潘集 葛店 "
    "范坝 彭家 鲁桥 韦庄 昌平 马集 苗岭 凤岭 花桥 方店 俞坝 任集 袁湾 柳坪 丰乐"
)
TOWN_ENDINGS = ("镇", "镇", "乡")
# The town of 云东区 whose schools the development zone manages.
DEV_ZONE_TOWN = Town("科技园街道", "创新")

VILLAGES = _words(
    "红旗 东风 前进 光明 团结 胜利 新华 和平 幸福 建设 长江 黄河 泉水 石坝 柳林 "
    "松柏 梧桐 桂花 荷塘 莲池 竹林 桃林 梨树 槐树 榆树 枣园 南坪 北坪 东坡 西坡 "
    "上湾 下湾 大湾 小湾 双桥 单桥 石岭 土岭 青冈 黄葛 两河 三江 四方 五星 六合 "
    "七里 八角 九龙 十里 百丈 千佛 万寿"
)
BRANDS = _words(
    "小太阳 金色童年 阳光 蓝天 童心 启明星 小天使 春苗 七彩 蒲公英 贝贝 育红 晨曦 "
    "彩虹 喜洋洋 金苹果 小星星 快乐岛 新苗 智慧树 爱心 向日葵 小脚丫 红黄蓝 艺术 双语 "
    "未来星 大风车 小雨点 红缨 蓓蕾 花朵 摇篮 小百灵"
)
DIRECT_KINDERGARTENS = _words(
    "第一 第二 第三 第四 第五 第六 云岭路 滨江 学府路 中山路 人民路 解放路 文化路 建设路"
)

# Managing bodies of private schools (民办), one arrangement a county.
NON_PUBLIC = {"linxi": "中共临溪县非公工作委员会", "liutang": "中共柳塘县非公工作委员会"}
NON_PUBLIC_EDU = {"liutang": "中共柳塘县非公工委教育分工委"}
DEV_ZONE = "中共云岭经济开发区教育分工委"
BUREAU = "中共云岭市教育局党组"


def education_body(unit: Unit) -> str:
    """Return the name of the county's education body."""
    if unit.is_district:
        return f"中共{unit.name}委教育工作委员会"
    return f"中共{unit.name}教育局委员会"


def town_body(unit: Unit, town: str) -> str:
    """Return the name of the committee of a town or street office."""
    return f"中共{unit.name}{town}委员会"


def town_list(unit: Unit, extra: int, first_stem: int) -> tuple[Town, ...]:
    """Return the towns of a unit: its own, then `extra` more from TOWN_STEMS."""
    towns = list(unit.towns)
    if unit.key == "yundong" and extra:
        towns.append(DEV_ZONE_TOWN)
        extra -= 1
    for number, stem in enumerate(TOWN_STEMS[first_stem : first_stem + extra]):
        village = VILLAGES[(first_stem + number) % len(VILLAGES)]
        towns.append(Town(stem + TOWN_ENDINGS[number % 3], village))
    return tuple(towns)
