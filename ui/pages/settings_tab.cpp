#include "ui/pages/settings_tab.h"

#include "ui/controller/session.h"
#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/setting_list.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

/// Rows whose name, value or help hold the words, all of them or only what differs from the defaults.
class SettingFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setWords(const QString& words) {
        m_words = words.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidateFilter();
    }
    void setChangedOnly(bool on) {
        m_changedOnly = on;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        const QModelIndex pointer = sourceModel()->index(row, SettingList::Pointer, parent),
                          value = sourceModel()->index(row, SettingList::Value, parent);
        if (m_changedOnly && !pointer.data(SettingList::kChangedRole).toBool()) return false;
        const QString all = pointer.data().toString() + QLatin1Char(' ') + value.data().toString() + QLatin1Char(' ') +
                            pointer.data(Qt::ToolTipRole).toString();
        return std::all_of(m_words.begin(), m_words.end(),
                           [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
    }

private:
    QStringList m_words;
    bool m_changedOnly = false;
};

/// A chooser where the table names what is allowed, a line elsewhere.
class SettingDelegate : public QStyledItemDelegate {
public:
    SettingDelegate(SettingList& list, QObject* parent) : QStyledItemDelegate(parent), m_list(list) {}

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override {
        const RecipeValue& value = m_list.at(rowOf(index));
        QStringList choices;
        if (value.about.type == SettingType::Flag) choices = {QStringLiteral("true"), QStringLiteral("false")};
        if (value.about.type == SettingType::Choice)
            for (const std::string& choice : value.about.choices) choices << QString::fromStdString(choice);
        QWidget* editor = nullptr;
        if (choices.isEmpty()) {
            editor = new QLineEdit(parent);
        } else {
            auto* box = new QComboBox(parent);
            box->addItems(choices);
            editor = box;
        }
        editor->setObjectName(QStringLiteral("settingEditor"));
        editor->setAccessibleName(QString::fromStdString(value.pointer));
        return editor;
    }
    void setEditorData(QWidget* editor, const QModelIndex& index) const override {
        const QString text = index.data(Qt::EditRole).toString();
        if (auto* box = qobject_cast<QComboBox*>(editor)) box->setCurrentText(text);
        if (auto* line = qobject_cast<QLineEdit*>(editor)) line->setText(text);
    }
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override {
        const auto* box = qobject_cast<QComboBox*>(editor);
        const auto* line = qobject_cast<QLineEdit*>(editor);
        model->setData(index, box ? box->currentText() : line->text());
    }

private:
    static int rowOf(const QModelIndex& index) {
        return static_cast<const QSortFilterProxyModel*>(index.model())->mapToSource(index).row();
    }
    SettingList& m_list;
};

}  // namespace

SettingsTab::SettingsTab(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_list(new SettingList(studio.session(), this)),
      m_search(new QLineEdit(this)),
      m_changedOnly(new QCheckBox(tr("Only what differs from the defaults"), this)) {
    auto* filter = new SettingFilter(this);
    filter->setSourceModel(m_list);
    m_shown = filter;
    m_search->setObjectName(QStringLiteral("settingSearch"));
    m_search->setAccessibleName(tr("Search the settings"));
    m_search->setPlaceholderText(tr("Search names, values and help"));
    m_search->setClearButtonEnabled(true);
    m_changedOnly->setObjectName(QStringLiteral("settingChangedOnly"));
    m_changedOnly->setAccessibleName(m_changedOnly->text());
    m_table = makeTable(QStringLiteral("settingTable"), tr("All settings of the recipe"), m_shown, this);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);  // and when activated
    m_table->setSelectionBehavior(QAbstractItemView::SelectItems);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const QModelIndex value = index.siblingAtColumn(SettingList::Value);
        if (m_list->canEdit(m_shown->mapToSource(index).row()) && m_table->indexWidget(value) == nullptr)
            m_table->edit(value);
    });
    m_table->setItemDelegateForColumn(SettingList::Value, new SettingDelegate(*m_list, this));
    disconnect(m_table, &QTableView::customContextMenuRequested, nullptr, nullptr);  // this one edits
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);         // long names and long values, half each
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_help = makeMuted({}, this);
    m_help->setObjectName(QStringLiteral("settingHelp"));

    auto* column = new QVBoxLayout(this);
    column->addWidget(m_search);
    column->addWidget(m_changedOnly);
    column->addWidget(m_table, 1);
    column->addWidget(m_help);

    connect(m_search, &QLineEdit::textChanged, this, [filter](const QString& text) { filter->setWords(text); });
    connect(m_changedOnly, &QCheckBox::toggled, this, [filter](bool on) { filter->setChangedOnly(on); });
    connect(m_table, &QTableView::customContextMenuRequested, this, &SettingsTab::showMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &SettingsTab::showChosen);
    connect(&studio.session(), &Session::recipeChanged, this, [this] {
        if (isVisible()) refresh();  // a slider that is dragged elsewhere pays nothing
    });
    showChosen();
}

void SettingsTab::showEvent(QShowEvent* event) {
    refresh();
    QWidget::showEvent(event);
}

/// Another method brings other rows: who was on a row stays on it.
void SettingsTab::refresh() {
    const int row = chosenRow();
    const std::string pointer = row < 0 ? std::string() : m_list->at(row).pointer;
    m_list->refresh();
    const int now = m_list->rowOf(pointer);
    if (chosenRow() < 0 && now >= 0)
        m_table->setCurrentIndex(m_shown->mapFromSource(m_list->index(now, SettingList::Value)));
    showChosen();
}

int SettingsTab::chosenRow() const {
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() ? m_shown->mapToSource(current).row() : -1;
}

void SettingsTab::showChosen() {
    const int row = chosenRow();
    if (row < 0) {
        m_help->setText(tr(
            "Enter or a double click edits the value. Names are those of recipe files; bold ones differ from the default."));
        return;
    }
    const Setting& about = m_list->at(row).about;
    QStringList facts{coreText(about.help)};
    if (!about.allowedText().empty()) facts << tr("Allowed: %1.").arg(QString::fromStdString(about.allowedText()));
    if (!about.fallback.empty()) facts << tr("Default: %1.").arg(QString::fromStdString(defaultText(about)));
    if (!m_list->canEdit(row)) facts << tr("Another model is opened on the Model page.");
    m_help->setText(facts.join(QLatin1Char(' ')));
}

void SettingsTab::showMenu(const QPoint& at) {
    const QModelIndex index = m_table->indexAt(at);
    if (!index.isValid()) return;
    const int row = m_shown->mapToSource(index).row();
    auto* menu = new QMenu(m_table);
    menu->setObjectName(QStringLiteral("settingMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* edit = menu->addAction(
        tr("Edit"), this, [this, row] { m_table->edit(m_shown->mapFromSource(m_list->index(row, SettingList::Value))); });
    edit->setEnabled(m_list->canEdit(row));
    menu->addAction(tr("Back to the default"), this, [this, row] { m_list->reset(row); })->setEnabled(m_list->canReset(row));
    const auto copy = [&](const QString& title, const std::string& text) {
        menu->addAction(title, this, [text] { QGuiApplication::clipboard()->setText(QString::fromStdString(text)); });
    };
    copy(tr("Copy the name"), m_list->at(row).pointer);
    copy(tr("Copy the value"), m_list->at(row).text);
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

}  // namespace lorashear::ui
