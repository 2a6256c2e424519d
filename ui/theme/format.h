#pragma once

#include <QString>

#include <string>

namespace lorashear::ui {

/// Numbers and words as the window writes them, in the user's locale.
QString formatNumber(double value, int digits = 4);     ///< significant digits; "not a number" for NaN
QString formatInteger(qint64 value);                    ///< with group separators
QString formatCount(double value);                      ///< 260 K, 134.5 M, 6.74 B
QString formatBytes(double bytes);                      ///< 1.04 MB (powers of 1000)
QString formatPercent(double share, int decimals = 1);  ///< 0.2 -> 20.0 %
QString formatSeconds(double seconds);                  ///< "4 s", "2 min 05 s", "1 h 03 min"
/// A measured value with its unit: bytes, counts and shares in readable multiples, all else as number and unit.
QString formatMeasured(double value, const std::string& unit);

/// A label as it stands within a sentence: "Learning rate" is "learning rate", while "LoRA rank" and "KL" stay.
QString inSentence(const QString& label);
QString modelWord(const std::string& model);  ///< "dense" -> "Original", "pruned", "recovered", "checkpoint"
QString stageWord(const std::string& stage);  ///< "prune" -> "Pruning"
QString tokenWord(QString token);             ///< a token within a sentence: what breaks lines stands as \n, \r, \t
/// A word for several things, as it is for `count` of them: "neurons", 1 -> "neuron".
QString countWord(const QString& many, qint64 count);
/// A text from the tables of core (help of a setting, name of a unit, sentence of a rule) in the language of the window; one that has no
/// translation stays English. resources/translations/core_texts.txt lists those that have one.
QString coreText(const std::string& text);
QString phaseWord(const std::string& phase);  ///< of a schedule: "period 3"; names that a recipe gives stay as they are
QString unitWord(int unitKind);               ///< of lorashear::UnitKind: what one group is, plural

}  // namespace lorashear::ui
