#pragma once

#include "core/run/recipe.h"

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QComboBox;
class QLabel;

namespace lorashear::ui {

class Dialogs;
class ItemList;
class RecipeForm;
class Session;

/// Rows for a perplexity protocol: file, name, windows, BOS. `text` must answer for a recipe without it too (with something that nobody reads).
/// Object names begin with `prefix`; `pointer` is the text's place in a recipe, for the tips. `mayBeEmpty`: no file is allowed.
void addTextRows(RecipeForm& form, Dialogs& dialogs, const QString& prefix, const std::string& pointer,
                 std::function<RecipeText&(Recipe&)> text, bool mayBeEmpty = false);

/// A list of texts to train on: file, kind, name of each; at least one stays.
class SourceEditor : public QWidget {
    Q_OBJECT
public:
    using Sources = std::function<std::vector<RecipeSource>&(Recipe&)>;
    SourceEditor(Session& session, Dialogs& dialogs, const QString& prefix, const QString& label, const std::string& pointer,
                 Sources sources, QWidget* parent = nullptr);
    void reload();  ///< `sources` is another list now

private:
    RecipeSource& chosen(Recipe& recipe) const;
    QStringList names(Recipe& recipe) const;
    void addRows(Dialogs& dialogs, const QString& prefix, const std::string& pointer);
    void setKind(int index);
    void addFile(const QString& path);

    Session& m_session;
    Sources m_sources;
    ItemList* m_list;
    QWidget* m_rows;
    RecipeForm* m_form;
    QComboBox* m_kind = nullptr;
    QLabel* m_kindProblem = nullptr;
};

/// "stories: train.txt, 944 KB", or that it is not there.
QString textTitle(const std::string& name, const std::string& path);
/// `wanted`, or with the first number behind it that makes it differ from all `taken`.
QString freeName(const QString& wanted, const QStringList& taken);

}  // namespace lorashear::ui
