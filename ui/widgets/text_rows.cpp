#include "ui/widgets/text_rows.h"

#include "ui/controller/data_uses.h"
#include "ui/controller/dialogs.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"
#include "ui/widgets/item_list.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {

QString textFilter() {
    return tr("Texts (*.txt *.jsonl *.json *.raw *.tokens);;All files (*)");
}

/// Names follow their file until somebody gives them one.
void setFile(std::string& path, std::string& name, const QString& file) {
    const bool followed =
        name.empty() || QString::fromStdString(name) == QFileInfo(QString::fromStdString(path)).completeBaseName();
    if (followed) name = QFileInfo(file).completeBaseName().toStdString();
    path = file.toStdString();
}

void addBrowse(CheckedLine* line, Dialogs& dialogs, const QString& name, const QString& title) {
    line->setTidy(typedPath);
    line->addBrowse(name, title, [line, &dialogs, title] {
        dialogs.openFile(line, title, line->line()->text(), textFilter(),
                         [line](const QString& path) { line->offer(path); });
    });
}

}  // namespace

QString textTitle(const std::string& name, const std::string& path) {
    const QFileInfo file(QString::fromStdString(path));
    const QString size = path.empty()    ? tr("no file yet")
                         : file.exists() ? QStringLiteral("%1, %2").arg(file.fileName(), formatBytes(double(file.size())))
                                         : tr("%1, not there").arg(file.fileName());
    return name.empty() ? size : tr("%1: %2").arg(QString::fromStdString(name), size);
}

QString freeName(const QString& wanted, const QStringList& taken) {
    QString name = wanted;
    for (int n = 2; taken.contains(name); ++n) name = QStringLiteral("%1 %2").arg(wanted).arg(n);
    return name;
}

void addTextRows(RecipeForm& form, Dialogs& dialogs, const QString& prefix, const std::string& pointer,
                 std::function<RecipeText&(Recipe&)> text, bool mayBeEmpty) {
    const auto field = [&](const char* name, const QString& label, const char* key, const QString& suffix = {}) {
        return fieldOf(prefix + QString::fromLatin1(name), label, pointer + "/" + key, suffix);
    };
    CheckedLine* file = form.line(
        field("Path", tr("File"), "path"), [text](Recipe& r) { return QString::fromStdString(text(r).path); },
        [mayBeEmpty](const QString& path) { return path.isEmpty() && mayBeEmpty ? QString() : textProblem(path); },
        [text](Recipe& r, const QString& path) { setFile(text(r).path, text(r).name, path); });
    addBrowse(file, dialogs, prefix + QStringLiteral("Browse"), tr("Looks for the text file"));
    form.line(
        field("Name", tr("Name"), "name"), [text](Recipe& r) { return QString::fromStdString(text(r).name); },
        [](const QString& name) { return name.isEmpty() ? tr("Give it a name, for tables and charts.") : QString(); },
        [text](Recipe& r, const QString& name) { text(r).name = name.toStdString(); });
    form.integer(field("Windows", tr("Windows"), "max_windows"), [text](Recipe& r) -> int& { return text(r).maxWindows; })
        ->setSpecialValueText(tr("all"));
    form.integer(field("Skip", tr("Behind the first"), "skip_windows"),
                 [text](Recipe& r) -> int& { return text(r).skipWindows; })
        ->setSpecialValueText(tr("none skipped"));
    form.integer(field("Window", tr("Length"), "window"), [text](Recipe& r) -> int& { return text(r).window; });
    form.integer(field("Stride", tr("Stride"), "stride"), [text](Recipe& r) -> int& { return text(r).stride; })
        ->setSpecialValueText(tr("no overlap"));
    form.flag(field("Bos", tr("Windows begin with BOS"), "bos"), [text](Recipe& r) -> bool& { return text(r).bos; });
}

SourceEditor::SourceEditor(Session& session, Dialogs& dialogs, const QString& prefix, const QString& label,
                           const std::string& pointer, Sources sources, QWidget* parent)
    : QWidget(parent), m_session(session), m_sources(std::move(sources)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_list = new ItemList(session, prefix + QStringLiteral("Sources"), label, tr("text"),
                          itemOps<RecipeSource>(
                              m_sources, [](const RecipeSource& s) { return textTitle(s.name, s.path); },
                              [](const RecipeSource& s) { return QString::fromStdString(s.path); }, 1),
                          this);
    column->addWidget(m_list);
    m_kindProblem = makeProblem({}, this);
    m_kindProblem->setObjectName(prefix + QStringLiteral("KindProblem"));
    m_kindProblem->hide();
    m_rows = new QWidget(this);
    auto* rows = new QFormLayout(m_rows);
    rows->setContentsMargins(0, 0, 0, 0);
    m_form = new RecipeForm(session, rows, m_rows);
    m_form->alignTo(tr("Steps a round"));
    m_form->setScope([this] { return QString::number(m_list->current()); });
    addRows(dialogs, prefix, pointer);
    column->addWidget(m_rows);
    column->addWidget(m_kindProblem);
    connect(m_list, &ItemList::currentChanged, this, [this](int index) {
        m_rows->setVisible(index >= 0);
        m_form->reload();
    });
    connect(m_list, &ItemList::addWanted, this, [this, &dialogs] {
        Recipe recipe = m_session.recipe();
        dialogs.openFile(this, tr("Add a text"), QString::fromStdString(chosen(recipe).path), textFilter(),
                         [this](const QString& path) { addFile(path); });
    });
    m_rows->setVisible(m_list->current() >= 0);
}

RecipeSource& SourceEditor::chosen(Recipe& recipe) const {
    static thread_local RecipeSource none;
    std::vector<RecipeSource>& all = m_sources(recipe);
    const int at = m_list->current();
    return at >= 0 && at < int(all.size()) ? all[std::size_t(at)] : none;
}

QStringList SourceEditor::names(Recipe& recipe) const {
    QStringList all;
    for (const RecipeSource& source : m_sources(recipe)) all << QString::fromStdString(source.name);
    return all;
}

void SourceEditor::addRows(Dialogs& dialogs, const QString& prefix, const std::string& pointer) {
    const auto format = [this] {
        Recipe recipe = m_session.recipe();
        return chosen(recipe).format;
    };
    CheckedLine* file = m_form->line(
        fieldOf(prefix + QStringLiteral("Path"), tr("File"), pointer + "/path"),
        [this](Recipe& r) { return QString::fromStdString(chosen(r).path); },
        [format](const QString& path) { return documentsProblem(path, format()); },
        [this](Recipe& r, const QString& path) {
            setFile(chosen(r).path, chosen(r).name, path);
            QStringList others = names(r);
            others.removeAt(m_list->current());
            chosen(r).name = freeName(QString::fromStdString(chosen(r).name), others).toStdString();
        });
    addBrowse(file, dialogs, prefix + QStringLiteral("Browse"), tr("Looks for the text file"));
    m_kind = new QComboBox;
    for (const auto& [title, kind] : {std::pair{tr("by its ending"), SourceFormat::Auto},
                                      std::pair{tr("text, documents apart by blank lines"), SourceFormat::Text},
                                      std::pair{tr("JSON lines with \"text\""), SourceFormat::JsonLines},
                                      std::pair{tr("Alpaca instructions (JSON)"), SourceFormat::Alpaca}})
        m_kind->addItem(title, int(kind));
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(16);
    m_form->add(fieldOf(prefix + QStringLiteral("Kind"), tr("Kind"), pointer + "/format"), m_kind,
                [this](const Recipe& recipe) {
                    Recipe copy = recipe;
                    m_kind->setCurrentIndex(m_kind->findData(int(chosen(copy).format)));
                    m_kindProblem->hide();
                });
    connect(m_kind, &QComboBox::activated, this, &SourceEditor::setKind);
    m_form->line(
        fieldOf(prefix + QStringLiteral("Name"), tr("Name"), pointer + "/name"),
        [this](Recipe& r) { return QString::fromStdString(chosen(r).name); },
        [this](const QString& name) {
            if (name.isEmpty()) return tr("Give it a name, for charts and events.");
            Recipe recipe = m_session.recipe();
            QStringList others = names(recipe);
            others.removeAt(m_list->current());
            return others.contains(name) ? tr("Another text of this list is called %1.").arg(name) : QString();
        },
        [this](Recipe& r, const QString& name) { chosen(r).name = name.toStdString(); });
}

void SourceEditor::setKind(int index) {
    const auto kind = SourceFormat(m_kind->itemData(index).toInt());
    Recipe recipe = m_session.recipe();
    const RecipeSource& source = chosen(recipe);
    const QString problem = documentsProblem(QString::fromStdString(source.path), kind);
    if (!problem.isEmpty()) {  // the file cannot be read so: what holds stays
        m_kind->setCurrentIndex(m_kind->findData(int(source.format)));
        m_kindProblem->setText(tr("As %1: %2").arg(m_kind->itemText(index), problem));
        return m_kindProblem->show();
    }
    m_session.edit(tr("kind of text file"), [&](Recipe& r) { chosen(r).format = kind; });
    m_kindProblem->hide();
}

void SourceEditor::addFile(const QString& path) {
    const QString problem = documentsProblem(path, SourceFormat::Auto);
    if (!problem.isEmpty()) {
        m_kindProblem->setText(problem);
        return m_kindProblem->show();
    }
    Recipe recipe = m_session.recipe();
    const QStringList taken = names(recipe);
    const QString name = freeName(QFileInfo(path).completeBaseName(), taken);
    m_list->choose(int(taken.size()));
    m_session.edit(tr("add a text"), [&](Recipe& r) {
        m_sources(r).push_back({name.toStdString(), path.toStdString(), SourceFormat::Auto});
    });
}

void SourceEditor::reload() {
    m_list->refresh();
    m_rows->setVisible(m_list->current() >= 0);
    m_form->reload();
}

}  // namespace lorashear::ui
