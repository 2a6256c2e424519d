#include "ui/figures/save_figures_dialog.h"

#include "core/base/error.h"
#include "ui/figures/figure.h"
#include "ui/widgets/pieces.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QVBoxLayout>

#include <utility>

namespace lorashear::ui {

namespace {

constexpr double kLeast = 20, kMost = 1000;  ///< millimetres
constexpr int kLeastDots = 72, kMostDots = 1200;

/// What was chosen last.
struct Last {
    FigureChoice choice;
    QString folder = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
};

Last& last() {
    static Last chosen;
    return chosen;
}

template <class T>
T* named(T* widget, const char* objectName, const QString& accessibleName) {
    widget->setObjectName(QString::fromLatin1(objectName));
    widget->setAccessibleName(accessibleName);
    return widget;
}

QDoubleSpinBox* makeLength(const char* name, const QString& accessible, double value, QWidget* parent) {
    auto* box = named(new QDoubleSpinBox(parent), name, accessible);
    box->setRange(kLeast, kMost);
    box->setDecimals(1);
    box->setSuffix(SaveFiguresDialog::tr(" mm"));
    box->setValue(value);
    return box;
}

}  // namespace

SaveFiguresDialog::SaveFiguresDialog(Figure& figure, QWidget* parent)
    : SaveFiguresDialog(
          [&figure, alive = QPointer<QWidget>(&figure.figureWidget())](const Visit& visit) {
              if (alive) visit(figure);
          },
          false, figureName(figure), parent) {
    setWindowTitle(tr("Save %1").arg(figureTitle(figure)));
}

SaveFiguresDialog::SaveFiguresDialog(Walk walk, QWidget* parent) : SaveFiguresDialog(std::move(walk), true, {}, parent) {
    setWindowTitle(tr("Save all figures"));
}

SaveFiguresDialog::SaveFiguresDialog(Walk walk, bool many, const QString& name, QWidget* parent)
    : QDialog(parent),
      m_walk(std::move(walk)),
      m_many(many),
      m_name(name),
      m_format(named(new QComboBox(this), "figureFormat", tr("Format"))),
      m_width(makeLength("figureWidth", tr("Width in millimetres"), last().choice.width, this)),
      m_height(makeLength("figureHeight", tr("Height in millimetres"), last().choice.height, this)),
      m_dots(named(new QSpinBox(this), "figureDots", tr("Dots per inch"))),
      m_onWhite(
          named(new QCheckBox(tr("&Black on white, for paper"), this), "figureOnWhite", tr("Black on white, for paper"))),
      m_place(named(new QLineEdit(this), "figurePlace", many ? tr("Folder") : tr("File"))),
      m_note(makeMuted({}, this)),
      m_problem(makeProblem({}, this)) {
    setObjectName(QStringLiteral("saveFigures"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeFields();
    makeButtons();
    describe();
}

void SaveFiguresDialog::makeFields() {
    auto* column = new QVBoxLayout(this);
    if (m_many) {
        m_figures = named(new QListWidget(this), "figureList", tr("Figures to save"));
        m_walk([this](Figure& figure) {
            auto* item = new QListWidgetItem(figureTitle(figure), m_figures);
            item->setData(Qt::UserRole, figureName(figure));
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(Qt::Checked);
        });
        if (m_figures->count() > 0) m_figures->setCurrentRow(0);
        auto* label = makeHeading(tr("&Figures that show something now"), this);
        label->setBuddy(m_figures);
        column->addWidget(label);
        column->addWidget(m_figures, 1);
        connect(m_figures, &QListWidget::itemChanged, this, &SaveFiguresDialog::describe);
    }
    auto* form = new QFormLayout;
    for (const FigureFormat& format : figureFormats()) m_format->addItem(format.title, format.id);
    m_format->setCurrentIndex(m_format->findData(last().choice.format));
    form->addRow(tr("F&ormat"), m_format);
    form->addRow(tr("&Width"), m_width);
    form->addRow(tr("&Height"), m_height);
    m_dots->setRange(kLeastDots, kMostDots);
    m_dots->setSuffix(tr(" dots per inch"));
    m_dots->setValue(last().choice.dotsPerInch);
    m_dots->setToolTip(tr("Of formats made of pixels"));
    form->addRow(tr("&Resolution"), m_dots);
    m_onWhite->setChecked(last().choice.onWhite);
    m_onWhite->setToolTip(tr("Otherwise in the window's own colours"));
    form->addRow(QString(), m_onWhite);
    m_place->setText(m_many ? last().folder : QDir(last().folder).filePath(m_name));
    m_place->setMinimumWidth(fontMetrics().averageCharWidth() * 40);
    auto* browse = makeButton(QStringLiteral("figureBrowse"), tr("&Choose…"),
                              m_many ? tr("Chooses the folder") : tr("Chooses the file"), this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_place, 1);
    row->addWidget(browse);
    auto* label = new QLabel(m_many ? tr("&Into folder") : tr("&Into file"), this);
    label->setBuddy(m_place);
    form->addRow(label, row);
    column->addLayout(form);
    m_note->setObjectName(QStringLiteral("figureNote"));
    m_problem->setObjectName(QStringLiteral("figureProblem"));
    m_problem->hide();
    column->addWidget(m_note);
    column->addWidget(m_problem);
    connect(browse, &QPushButton::clicked, this, &SaveFiguresDialog::browse);
    connect(m_format, &QComboBox::currentIndexChanged, this, &SaveFiguresDialog::describe);
    connect(m_place, &QLineEdit::textChanged, this, &SaveFiguresDialog::describe);
}

void SaveFiguresDialog::makeButtons() {
    auto* row = new QHBoxLayout;
    auto* cancel = makeButton(QStringLiteral("figureCancel"), tr("Cancel"), tr("Writes nothing (Escape)"), this);
    m_save = makeButton(QStringLiteral("figureSaveNow"), tr("&Save"), tr("Writes what is named above (Enter)"), this, true);
    m_save->setDefault(true);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_save);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &SaveFiguresDialog::save);
}

FigureChoice SaveFiguresDialog::choice() const {
    return {m_format->currentData().toString(), m_width->value(), m_height->value(), m_dots->value(),
            m_onWhite->isChecked()};
}

QStringList SaveFiguresDialog::files() const {
    const QString place = m_place->text().trimmed(), ending = QLatin1Char('.') + figureFormat(choice().format).ending;
    QStringList files;
    if (place.isEmpty()) return files;
    if (!m_many) return {place.endsWith(ending, Qt::CaseInsensitive) ? place : place + ending};
    for (int i = 0; i < m_figures->count(); ++i)
        if (m_figures->item(i)->checkState() == Qt::Checked)
            files << QDir(place).filePath(m_figures->item(i)->data(Qt::UserRole).toString() + ending);
    return files;
}

void SaveFiguresDialog::browse() {
    auto* dialog = new QFileDialog(this, windowTitle(), m_place->text());
    dialog->setObjectName(QStringLiteral("figureBrowser"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(m_many ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite);  // said here, below the name
    if (m_many) dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, m_place, &QLineEdit::setText);
    dialog->open();
}

/// What would be written, and what it would replace.
void SaveFiguresDialog::describe() {
    const QStringList all = files();
    int there = 0;
    for (const QString& file : all) there += QFileInfo::exists(file);
    m_dots->setEnabled(figureFormat(choice().format).pixels);
    m_problem->hide();
    m_save->setEnabled(!all.isEmpty());
    if (m_many && m_figures->count() == 0)
        m_note->setText(tr("No figure shows anything yet: open a model first."));
    else if (all.isEmpty())
        m_note->setText(m_place->text().trimmed().isEmpty() ? tr("Say where to.") : tr("Tick at least one figure."));
    else if (!m_many)
        m_note->setText(there ? tr("%1 is there and will be replaced.").arg(QFileInfo(all.front()).fileName())
                              : tr("Writes %1.").arg(QFileInfo(all.front()).fileName()));
    else
        m_note->setText(there ? tr("Writes %1 files; %2 are there and will be replaced.").arg(all.size()).arg(there)
                              : tr("Writes %1 files.").arg(all.size()));
}

void SaveFiguresDialog::save() {
    const QStringList all = files();
    const FigureChoice chosen = choice();
    const QString folder = m_many ? m_place->text().trimmed() : QFileInfo(all.value(0)).absolutePath();
    QStringList written;
    try {
        if (!QDir().mkpath(folder))
            throw Error(ErrorCode::Io, folder.toStdString(), tr("this folder cannot be made").toStdString(),
                        tr("Choose a place that you may write to.").toStdString());
        m_walk([&](Figure& figure) {
            const QString ending = QLatin1Char('.') + figureFormat(chosen.format).ending;
            const QString file = m_many ? QDir(folder).filePath(figureName(figure) + ending) : all.front();
            if (!all.contains(file)) return;
            saveFigure(figure, file, chosen);
            written << file;
        });
    } catch (const Error& error) {
        m_problem->setText(QStringLiteral("%1: %2\n%3")
                               .arg(QString::fromStdString(error.subject()), QString::fromStdString(error.message()),
                                    QString::fromStdString(error.hint())));
        m_problem->show();
        return;
    }
    last() = {chosen, folder};
    Q_EMIT saved(written);
    accept();
}

}  // namespace lorashear::ui
