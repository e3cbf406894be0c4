"""Forms for users and their grants."""

from typing import cast

from django import forms

from accounts.models import User
from schools.models import Jurisdiction
from schools.roles import Role
from schools.services_users import jurisdictions_managed_by


class JurisdictionField(forms.ModelChoiceField):
    """A choice among bodies, drawn as a tree by indentation."""

    def label_from_instance(self, obj: Jurisdiction) -> str:
        return "　" * (obj.depth - 1) + str(obj)


class GrantForm(forms.Form):
    """A role in a subtree, among the bodies `actor` manages."""

    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Role.choices])
    jurisdiction = JurisdictionField(
        label="范围",
        queryset=Jurisdiction.objects.none(),
        empty_label="请选择",
        help_text="含它下面的全部学校和组织。",
    )

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        bodies = cast(JurisdictionField, self.fields["jurisdiction"])
        bodies.queryset = jurisdictions_managed_by(actor)
        for field, label in (("role", "角色"), ("jurisdiction", "范围")):
            self.fields[field].error_messages["required"] = f"请选择{label}。"
            self.fields[field].error_messages["invalid_choice"] = f"没有这个{label}，请重新选择。"


class PersonForm(forms.ModelForm):
    """Name and telephone of a user."""

    class Meta:
        model = User
        fields = ["name", "phone"]
        error_messages = {"name": {"required": "请填写姓名。"}}


class NewUserForm(GrantForm):
    """A new user with a first grant."""

    username = forms.RegexField(
        label="用户名",
        regex=r"^[a-z][a-z0-9_.]{2,29}$",
        help_text="3–30 个小写字母、数字、点或下划线，字母开头。一人一个，不与他人共用。",
        error_messages={
            "invalid": "用户名要 3–30 个字符，只用小写字母、数字、点、下划线，字母开头。",
            "required": "请填写用户名。",
        },
    )
    name = forms.CharField(label="姓名", max_length=50, error_messages={"required": "请填写姓名。"})
    phone = forms.CharField(label="办公电话", max_length=30, required=False)
    field_order = ["username", "name", "phone", "role", "jurisdiction"]

    def clean_username(self):
        """Refuse a name that is taken, in whatever case."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个用户名已经有人使用，请换一个。")
        return username


class UserFilter(forms.Form):
    """Search conditions of the list of users."""

    q = forms.CharField(label="姓名或用户名", max_length=50, required=False)
    role = forms.ChoiceField(label="角色", choices=[("", "全部"), *Role.choices], required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), ("on", "启用"), ("off", "停用"), ("new", "从未登录")],
        required=False,
    )
