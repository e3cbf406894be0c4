"""Forms for signing in and for passwords."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password

# What Django's validators find, said in our words.
WEAK = {
    "password_too_short": "新密码太短，至少要 12 个字符。",
    "password_too_similar": "新密码与姓名或用户名太像，请换一个。",
    "password_too_common": "这是很多人在用的密码，容易被猜中，请换一个。",
}


class SignInForm(AuthenticationForm):
    """Name and password. What went wrong is told by the view, the same for every name."""

    error_messages = {"invalid_login": "用户名或密码不对。", "inactive": "用户名或密码不对。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in {"username": "用户名", "password": "密码"}.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"请填写{label}。"
        self.fields["password"].widget.attrs["aria-describedby"] = "lock-hint"

    def clean_username(self):
        """Return the name in lower case, so that every spelling counts as one (see lock-out)."""
        return self.cleaned_data["username"].strip().lower()


class ChangePasswordForm(PasswordChangeForm):
    """The old password, and a new one twice."""

    error_messages = {
        "password_incorrect": "原密码不对，请重新填写。",
        "password_mismatch": "两次填写的新密码不一样。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        labels = {
            "old_password": "原密码",
            "new_password1": "新密码",
            "new_password2": "再填一次新密码",
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"请填写{label}。"
        self.fields["new_password2"].help_text = ""
        self.fields["new_password1"].help_text = (
            "至少 12 个字符；大写字母、小写字母、数字、符号中至少用 3 种；"
            "不要用姓名、用户名和常见的密码。可以粘贴。"
        )

    def clean_new_password1(self):
        """Refuse the old password as the new one."""
        password = self.cleaned_data["new_password1"]
        if password == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码不能与原密码相同。")
        return password

    def validate_password_for_user(self, user, *args):
        """Try the new password against the validators; tell in our words what is wrong."""
        password = self.cleaned_data.get("new_password1")
        if not password:
            return
        try:
            validate_password(password, user)
        except forms.ValidationError as error:
            texts = [WEAK.get(problem.code, problem.messages[0]) for problem in error.error_list]
            self.add_error("new_password1", texts)
