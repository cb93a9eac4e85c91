"""Judging together over REST: the same services, rules and sentences as the pages."""

from dataclasses import replace
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm.roles import require
from tpm.words import number_or_none
from tradeoffs import blind, chain, checklist, content, differences, services, standing
from tradeoffs.api import review_data as data
from tradeoffs.maths import ranges
from tradeoffs.models import Amendment, Anchor, Decision, Review
from tradeoffs.pages import review as review_page
from tradeoffs.services.sections import SectionConflict

ENDS = {"withdrawn": services.withdraw_objection, "overruled": services.overrule}


def named(rows, field: str, name: str):
    """raises: ValidationError on the field when the decision has nothing of this name"""
    found = rows.filter(name=name).first()
    if found is None:
        raise serializers.ValidationError({field: [f"This decision has no {name!r}."]})
    return found


class JudgingTogether:
    """Actions of `/decisions/KEY/…`; the view set finds the decision and checks the role."""

    request: Any
    writable: Any
    get_object: Any
    data_of: Any
    answer: Any

    def given(self, serializer_class, ability: str = "draft_decision") -> tuple[Decision, dict]:
        decision = self.writable(ability)
        return decision, self.data_of(serializer_class, decision=decision)

    @extend_schema(responses=data.StandingSerializer)
    @action(detail=True, methods=["get"])
    def standing(self, request, key=None):
        """Who is asked, what they said, what counts, and what the tier still demands."""
        decision = self.get_object()
        found = standing.of(decision)
        body = {
            "met": found.met,
            "needed": found.needed,
            "counted": len(found.counted),
            "says": standing.sentence(decision, found),
            "reviewers": [str(row.person) for row in decision.reviewers.select_related("person")],
            "suggested": [f"{person}: {why}" for person, why in standing.suggested(decision)],
            "checklist": checklist.of(decision),
            "said": [
                replace(one, changed=review_page.told(decision, one.changed))
                for one in standing.last_words(decision)
            ],
        }
        return Response(data.StandingSerializer(body).data)

    @extend_schema(request=data.ReviewPlanSerializer, responses=data.StandingSerializer)
    @action(detail=True, methods=["put"], url_path="review-plan")
    def review_plan(self, request, key=None):
        """Say by which rule and until when it is judged."""
        decision, given = self.given(data.ReviewPlanSerializer)
        services.plan_review(decision, by=request.user, today=timezone.localdate(), **given)
        return self.standing(request, key)

    @extend_schema(request=data.AskReviewersSerializer, responses=data.StandingSerializer)
    @action(detail=True, methods=["post"])
    def reviewers(self, request, key=None):
        """Ask people to judge it."""
        decision, given = self.given(data.AskReviewersSerializer)
        services.ask_reviewers(decision, by=request.user, people=given["people"])
        return self.standing(request, key)

    @extend_schema(request=data.AcceptSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, key=None):
        """Accept what enough people approved."""
        decision, given = self.given(data.AcceptSerializer, "decide")
        services.accept_decision(decision, by=request.user, **given)
        return self.answer(key)

    @extend_schema(request=data.ObjectionEndSerializer, responses=data.StandingSerializer)
    @action(detail=True, methods=["post"])
    def objections(self, request, key=None):
        """Withdraw one's own objection, or overrule somebody's."""
        decision, given = self.given(data.ObjectionEndSerializer)
        rows = Review.objects.select_related("decision__product", "amendment")
        row = get_object_or_404(rows, pk=given["review"], decision=decision, verdict="object")
        ENDS[given["how"]](row, by=request.user, reason=given["reason"])
        return self.standing(request, key)

    @extend_schema(responses=data.AmendmentSerializer(many=True), methods=["GET"])
    @extend_schema(
        request=data.AmendSerializer, responses={201: data.AmendmentSerializer}, methods=["POST"]
    )
    @action(detail=True, methods=["get", "post"])
    def amendments(self, request, key=None):
        """The amendments of an accepted text; POST proposes one, or puts a typo right."""
        if request.method == "GET":
            rows = self.get_object().amendments.select_related("by")
            return Response(data.AmendmentSerializer(rows, many=True).data)
        decision, given = self.given(data.AmendSerializer)
        service = services.fix_typo if given.pop("typo") else services.propose_amendment
        row = service(decision, by=request.user, **given)
        return Response(data.AmendmentSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=data.JudgeAmendmentSerializer, responses=data.AmendmentSerializer)
    @action(detail=True, methods=["post"], url_path="amendments/judge")
    def judge_amendment(self, request, key=None):
        """Judge an amendment, or withdraw it."""
        decision, given = self.given(data.JudgeAmendmentSerializer)
        rows = Amendment.objects.select_related("decision__product", "by")
        row = get_object_or_404(rows, pk=given["amendment"], decision=decision)
        if given["answer"] == "withdraw":
            services.withdraw_amendment(row, by=request.user)
        else:
            services.review_amendment(
                row, by=request.user, verdict=given["answer"], reason=given["reason"]
            )
        row.refresh_from_db()
        return Response(data.AmendmentSerializer(row).data)

    @extend_schema(request=data.SectionSerializer)
    @action(detail=True, methods=["put"])
    def section(self, request, key=None):
        """Save one section; 409 with both texts where the same lines changed meanwhile."""
        decision, given = self.given(data.SectionSerializer)
        try:
            services.save_section(decision, by=request.user, **given)
        except SectionConflict as both:
            body = {"error": [str(both)], "theirs": both.theirs, "mine": both.mine}
            return Response(body, status=status.HTTP_409_CONFLICT)
        return self.answer(key)

    @extend_schema(responses=data.ScoringSerializer(many=True), methods=["GET"])
    @extend_schema(
        request=data.RoundSerializer, responses=data.ScoringSerializer(many=True), methods=["POST"]
    )
    @action(detail=True, methods=["get", "post"])
    def rounds(self, request, key=None):
        """Blind rounds: their progress until they are shown. POST opens the first or the second."""
        if request.method == "GET":
            return Response(self.shown_rounds(self.get_object()))
        decision, given = self.given(data.RoundSerializer)
        today = timezone.localdate()
        if decision.rounds.exists():
            services.open_second_round(
                decision, by=request.user, due_on=given["due_on"], today=today
            )
        else:
            people = given.get("people", [])
            services.open_round(
                decision, by=request.user, people=people, due_on=given["due_on"], today=today
            )
        return Response(self.shown_rounds(decision))

    @extend_schema(request=data.BallotSerializer, responses=data.ScoringSerializer(many=True))
    @action(detail=True, methods=["put"])
    def ballot(self, request, key=None):
        """Save one's own cells of the running round, and hand them in."""
        decision, given = self.given(data.BallotSerializer)
        row = blind.newest(decision)
        if row is None:
            raise serializers.ValidationError({"error": ["No round is open."]})
        cells, reasons = {}, {}
        for cell in given["cells"]:
            option = named(decision.options, "option", cell["option"])
            criterion = named(decision.criteria, "criterion", cell["criterion"])
            typed = ranges.Typed(cell["p10"], cell["p50"], cell["p90"])
            cells[option.pk, criterion.pk] = None if cell["p50"] is None else typed
            reasons[option.pk, criterion.pk] = cell["reason"]
        services.score_blind(
            row, by=request.user, cells=cells, reasons=reasons, hand_in=given["hand_in"],
            today=timezone.localdate(),
        )  # fmt: skip
        return Response(self.shown_rounds(decision))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="take-scores")
    def take_scores(self, request, key=None):
        """Write the means of a shown round into the matrix."""
        decision = self.writable()
        services.take_group_scores(decision, by=request.user, today=timezone.localdate())
        return self.answer(key)

    def shown_rounds(self, decision: Decision) -> Any:
        today = timezone.localdate()
        rows = [round_of(decision, row, self.request.user, today) for row in decision.rounds.all()]
        return data.ScoringSerializer(rows, many=True).data

    @extend_schema(responses=data.AnchorSerializer(many=True), methods=["GET"])
    @extend_schema(
        request=data.PartCommentSerializer, responses={201: data.AnchorSerializer}, methods=["POST"]
    )
    @action(detail=True, methods=["get", "post"])
    def comments(self, request, key=None):
        """Comments at a section, an option, a criterion or a cell."""
        if request.method == "GET":
            rows = self.get_object().anchors.select_related("comment__by")
            return Response(data.AnchorSerializer(rows, many=True).data)
        decision = self.get_object()
        require(request.user, "comment", decision.product)
        given = self.data_of(data.PartCommentSerializer)
        for name, rows in (("option", decision.options), ("criterion", decision.criteria)):
            if name in given:
                given[name] = named(rows, name, given[name])
        row = services.comment_at(decision, by=request.user, **given)
        return Response(data.AnchorSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=data.SettleSerializer, responses=data.AnchorSerializer)
    @action(detail=True, methods=["post"], url_path="comments/settle")
    def settle_comment(self, request, key=None):
        """Say that a comment is resolved, kept as it is, or open."""
        decision, given = self.given(data.SettleSerializer, "comment")
        rows = Anchor.objects.select_related("comment__by")
        row = get_object_or_404(rows, comment=given["comment"], decision=decision)
        services.settle_comment(row.comment, by=request.user, state=given["settled"])
        row.refresh_from_db()
        return Response(data.AnchorSerializer(row).data)

    @extend_schema(
        responses=data.VersionsSerializer,
        parameters=[
            OpenApiParameter("from", OpenApiTypes.INT), OpenApiParameter("to", OpenApiTypes.INT),
        ],
    )  # fmt: skip
    @action(detail=True, methods=["get"])
    def versions(self, request, key=None):
        """Kept versions, and what differs between two of them."""
        decision = self.get_object()
        rows = list(decision.versions.select_related("by"))
        known: dict[int | None, Any] = {row.pk: row for row in rows}
        first, second = (
            known.get(number_or_none(request.query_params.get(name, ""))) for name in ("from", "to")
        )
        first = first or (rows[0] if rows else None)
        now = content.read(second) if second else content.of(decision)
        found = differences.between(content.read(first), now) if first else []
        found = review_page.told(decision, found)
        body = {"versions": rows, "differences": found}
        return Response(data.VersionsSerializer(body).data)

    @extend_schema(responses=data.ChainSerializer)
    @action(detail=True, methods=["get"])
    def closings(self, request, key=None):
        """The chained closings of a decision, and whether the product's chain is intact."""
        decision = self.get_object()
        broken = chain.check(decision.product)
        body = {
            "intact": broken is None,
            "says": broken.says if broken else "",
            "closings": decision.closings.select_related("by"),
        }
        return Response(data.ChainSerializer(body).data)


def round_of(decision: Decision, row, user, today) -> dict[str, Any]:
    """A round as the API shows it: before it is over nothing of it but its progress."""
    done, asked = blind.progress(row)
    shown = blind.is_shown(row, today)
    _, own = blind.own_scores(row, user)
    found = blind.results(decision, row, today) if shown else None
    return {
        "number": row.number,
        "due_on": row.due_on,
        "shown": shown,
        "scored": done,
        "asked": asked,
        "own": [
            {
                "option": score.option.name, "criterion": score.criterion.name, "p10": score.p10,
                "p50": score.p50, "p90": score.p90, "reason": score.reason,
            }
            for score in own.values()
        ],
        "concordance": found.concordance if found else None,
        "cells": [cell_of(cell) for cell in found.cells] if found else [],
    }  # fmt: skip


def cell_of(cell: blind.Cell) -> dict[str, Any]:
    return {
        "option": cell.option.name,
        "criterion": cell.criterion.name,
        "sd": cell.spread.sd,
        "mean": cell.middle.p50,
        "said": [
            {"by": one.person.name, "p10": one.score.p10, "p50": one.score.p50,
             "p90": one.score.p90, "reason": one.score.reason}
            for one in cell.said
        ],
    }  # fmt: skip
