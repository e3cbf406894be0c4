"""One document for each scorecard in place of one row for each indicator.

Stored scores are carried over; the sums kept beside them get their new counts.
"""

import django.db.models.deletion
from django.db import migrations, models

BATCH = 1000


def carry_over(apps, schema_editor):
    """Write the scorecards, lost points and sums that follow from the stored scores."""
    Assessment = apps.get_model("assessments", "Assessment")
    IndicatorTally = apps.get_model("assessments", "IndicatorTally")
    Scorecard = apps.get_model("assessments", "Scorecard")
    sums = {}
    assessments = Assessment.objects.exclude(final=None).order_by("pk")
    pks = list(assessments.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        batch = assessments.filter(pk__in=pks[start : start + BATCH])
        batch = list(batch.prefetch_related("scores"))
        cards = []
        for assessment in batch:
            scores = sorted(assessment.scores.all(), key=lambda score: score.pk)
            cards.append(Scorecard(assessment=assessment, results=results_of(scores)))
            lost = [s.code for s in scores if s.points is not None and s.points < s.of]
            assessment.lost = f" {' '.join(lost)} " if lost else ""
            assessment.is_pending = any(score.is_pending for score in scores)
            if not assessment.exclusion:
                add(sums, assessment, scores)
        Scorecard.objects.bulk_create(cards)
        Assessment.objects.bulk_update(batch, ["lost", "is_pending"], batch_size=100)
    IndicatorTally.objects.all().delete()
    IndicatorTally.objects.bulk_create(
        (
            IndicatorTally(
                **dict(zip(("cycle_id", "jurisdiction_id", "unit_id", "place_id", "code"), key)),
                **dict(zip(("due", "organizations", "losing", "pending"), counts)),
                earned=counts[4],
                full=counts[5],
            )
            for key, counts in sums.items()
        ),
        batch_size=BATCH,
    )


def results_of(scores):
    """Return the scores as a scorecard keeps them, points in whole hundredths."""
    return {
        one.code: [
            None if one.points is None else int(one.points * 100),
            int(one.of * 100),
            one.reason,
            one.inputs,
            one.is_pending,
            one.origin,
        ]
        for one in scores
    }


def add(sums, assessment, scores):
    """Add the scores of one counted organization to the sums of its body and place."""
    for one in scores:
        place = (assessment.cycle_id, assessment.jurisdiction_id, assessment.unit_id)
        line = sums.setdefault((*place, assessment.place_id, one.code), [0] * 6)
        line[0] += 1
        line[3] += one.is_pending
        if one.points is not None:
            line[1] += 1
            line[2] += one.points < one.of
            line[4] += one.points
            line[5] += one.of


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_index_lost_and_pending_scores"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="assessments.assessment",
                    ),
                ),
                ("results", models.JSONField(default=dict, verbose_name="指标得分")),
            ],
            options={"verbose_name": "得分卡", "verbose_name_plural": "得分卡"},
        ),
        migrations.AddField(
            "assessment", "lost", models.TextField("失分指标", blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "assessment", "is_pending", models.BooleanField("有待评指标", default=False)
        ),
        *(
            migrations.AddField(
                "indicatortally",
                name,
                models.PositiveIntegerField(default=0),
                preserve_default=False,
            )
            for name in ("due", "losing", "pending")
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel("IndicatorScore"),
    ]
