"""Chinese names of what the operation log holds, "app.verb" each.

The apps above add their own: the log page shows the verb itself where there is no name.
"""

ACTIONS: dict[str, str] = {
    "accounts.sign_in": "登录",
    "accounts.sign_in_failed": "登录失败",
    "accounts.locked": "登录锁定",
    "accounts.sign_out": "退出",
    "accounts.change_password": "修改密码",
    "accounts.reset_password": "重置密码",
    "accounts.create_user": "新建用户",
    "accounts.change_user": "修改用户",
    "accounts.enable_user": "启用用户",
    "accounts.disable_user": "停用用户",
    "accounts.denied": "越权被拒",
    "accounts.limited": "超过次数被拒",
    "schools.add_grant": "授权",
    "schools.remove_grant": "收回授权",
    "standard.load": "载入标准",
    "cycle.create": "新建考评年度",
    "cycle.score": "计算得分",
    "cycle.rescore": "改动后重算",
    "demo.generate": "生成演示数据",
    "schools.export_list": "导出列表",
}
# What the pages of a record write (schools/records.py): "slug.verb".
RECORD_VERBS = {"create": "新建", "change": "修改", "withdraw": "撤回", "return": "恢复"}


def name_record_actions(slug: str, title: str) -> None:
    """Give the acts on one type of record their names."""
    ACTIONS.update({f"{slug}.{verb}": f"{name}{title}" for verb, name in RECORD_VERBS.items()})


def action_name(action: str) -> str:
    """Return the Chinese name of an action, or the action itself."""
    return ACTIONS.get(action, action)
