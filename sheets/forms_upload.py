"""The form a workbook is sent in with."""

from django import forms
from django.utils import timezone

from sheets.forms import grouped_forms
from sheets.recognition import AUTO


class UploadForm(forms.Form):
    """Which form, for which year, and the file."""

    kind = forms.ChoiceField(
        label="表格种类",
        required=False,
        help_text="不选时按表头识别；识别不准时请在这里选定。",
    )
    year = forms.TypedChoiceField(
        label="年度",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="台账和达标结果要有年度；不选时从表题、工作表名和文件名里读。",
    )
    file = forms.FileField(
        label="工作簿",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        help_text="WPS 或 Excel 的 .xlsx，10 MB 以内；表头、合并单元格、合计行都不用改。",
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的（0 字节），请重新选择文件。",
            "invalid": "没有收到文件，请重新选择。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", "自动识别"),
            *(
                (name, [(form.kind, form.title) for form in found])
                for name, found in grouped_forms()
            ),
        ]
        this_year = timezone.localdate().year
        self.fields["year"].choices = [
            ("", "从文件里读"),
            *((year, f"{year} 年") for year in range(this_year + 1, this_year - 10, -1)),
        ]

    def clean_kind(self) -> str:
        """Return the kind chosen, or that it is to be recognised."""
        return self.cleaned_data["kind"] or AUTO
