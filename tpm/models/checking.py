"""Rules of the database, asked before a row is written so that a person reads the sentence."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models, router
from django.db.models import CheckConstraint, Q


class Checked(models.Model):
    """A row whose rules are asked in one query; only where one is broken, each by itself.

    Django asks one query for each rule, in a savepoint of its own: for an item that was half of
    what writing it took.
    """

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        left_out = set(exclude or ())
        asked = [
            rule
            for rule in self._meta.constraints
            if isinstance(rule, CheckConstraint)
            and not left_out & set(Q(rule.condition).referenced_base_fields)
        ]
        using = router.db_for_write(type(self), instance=self)
        try:
            if asked:
                every = Q(*(rule.condition for rule in asked))
                CheckConstraint(condition=every, name="every").validate(
                    type(self), self, exclude=left_out, using=using
                )
        except ValidationError:
            return super().validate_constraints(exclude)
        errors: dict = {}
        for rule in self._meta.constraints:
            if isinstance(rule, CheckConstraint):
                continue
            try:
                rule.validate(type(self), self, exclude=left_out, using=using)
            except ValidationError as error:
                fields: tuple[str, ...] = getattr(rule, "fields", ())
                if error.code == "unique" and len(fields) == 1:
                    errors.setdefault(fields[0], []).append(error)
                else:
                    error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)
