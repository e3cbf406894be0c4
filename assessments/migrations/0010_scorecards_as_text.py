from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_published_standards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="scorecard",
            name="results",
            field=models.TextField(default="{}", verbose_name="指标得分"),
        ),
    ]
