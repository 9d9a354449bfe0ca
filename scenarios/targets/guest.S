/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The guest: a firmware image of 64 KiB that a PC maps below 4 GiB, no operating system.
 *
 * It fills its memory, then programs a timer and on every tick writes to some pages and one byte to the debug port 0xe9.
 * The number of bytes on that port is the number of ticks (plus one for "filled"): it shows who is alive. What to write is
 * read from a block of parameters that sim/process/firmware.c puts into the image; the numbers below are only defaults.
 * All that changes lives in RAM and in registers, so it moves with the guest. 32 bits, flat, no paging: runs under KVM
 * and TCG on every PC machine, reaches what lies below 4 GiB.
 *
 *     as --32 -o guest.o guest.S && ld -m elf_i386 -Ttext=0xffff0000 --oformat binary -e start -o guest.bin guest.o
 */
        .intel_syntax noprefix
        .text

        /* Forgets all translations, as a kernel does at every switch of tasks: a change of CR0.WP, which nothing else here
         * depends on. Spoils eax.
         *
         * Why: TCG of older releases does not bring its translations up to date when a migration reads and clears the
         * dirty bits; a page that was written before goes on being written unseen, and the destination misses it (seen
         * on 5.2.0 and 7.2.22: 6 to 55 pages of a migration; not on 10.0.13). A bug of theirs that would hide others.
         * Whatever is written here is therefore written behind a flush at least once more, with nothing in between. */
        .macro forget_translations
        mov eax, cr0
        xor eax, 0x10000
        mov cr0, eax
        .endm

        /* Variables, in the page at 0. */
        .set VAR_PENDING, 0x500         /* ticks of the timer that the main loop has not handled */
        .set VAR_TICKS,   0x504
        .set VAR_RANDOM,  0x508         /* state of the generator, never 0 */
        .set VAR_NEXT,    0x50c         /* page number in the range that a sequential writer writes next */
        .set VAR_CREDIT,  0x510         /* 1/256 pages that the past ticks have left over */
        .set IDT,         0x1000
        .set STACK,       0x7000
        .set POOL,     0x10000
        .set POOL_SIZE, 0x10000
        .set TIMER_VECTOR, 0x20
        .set LAPIC_SPURIOUS, 0xfee000f0
        .set LAPIC_LINT0,    0xfee00350

        .code16
        .globl start
start:
        cli
        cld
        lgdtd cs:[gdt_pointer - start]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        .byte 0x66, 0xea                /* far jump, 32-bit offset */
        .long protected
        .word 0x08

        .code32
protected:
        mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov fs, ax                      /* not used; but a host without unrestricted guests emulates every instruction */
        mov gs, ax                      /* while any segment still looks like real mode */
        mov esp, STACK
        in al, 0x92                     /* address line 20 on, and no reset */
        or al, 2
        and al, 0xfe
        out 0x92, al

        xor eax, eax
        mov edi, VAR_PENDING
        mov ecx, 5
        rep stosd
        mov eax, [p_seed]
        test eax, eax
        jnz 1f
        inc eax
1:      mov [VAR_RANDOM], eax

        /* ---- Fill. ---- */
        mov edi, [p_fill_begin]
        mov edx, [p_fill_end]
        mov ebx, [p_contents]
        test ebx, ebx
        jz filled                       /* zero: memory is never touched, as after power-on */
        cmp ebx, 1
        jne fill_text
        /* Random: 64 KiB from the generator, then every page a piece of that from a place drawn, and a word of its own.
         * No page compresses and no two are equal, at a fifth of the time that TCG would need to draw every word. */
        mov eax, [VAR_RANDOM]
        push edi
        mov edi, POOL
2:      call random_next
        mov [edi], eax
        add edi, 4
        cmp edi, POOL + POOL_SIZE
        jb 2b
        pop edi
3:      cmp edi, edx
        jae 4f
        call random_next
        mov esi, eax
        and esi, POOL_SIZE - 0x2000 - 4
        add esi, POOL
        mov ebx, edi
        mov ecx, 1024
        rep movsd
        mov [ebx], eax
        jmp 3b
4:      mov [VAR_RANDOM], eax
        jmp filled

fill_text:                              /* lines of 64 characters; the first four of a page are its number */
        cmp edi, edx
        jae filled
        test edi, 0xfff
        jnz 4f
        mov ebp, edi
4:      mov esi, offset text_line
        mov ecx, 16
        rep movsd
        test edi, 0xfff
        jnz fill_text
        mov eax, ebp
        shr eax, 12
        mov [ebp], eax
        jmp fill_text

filled:
        /* ---- Interrupts: the timer alone. ---- */
        mov edi, IDT
        mov ecx, 2 * (TIMER_VECTOR + 16)
        xor eax, eax
        rep stosd
        mov eax, offset timer_interrupt
        mov edi, IDT + 8 * TIMER_VECTOR
        mov [edi], ax
        mov word ptr [edi + 2], 0x08
        mov word ptr [edi + 4], 0x8e00
        shr eax, 16
        mov [edi + 6], ax
        lidt [idt_pointer]

        mov al, 0x11                    /* both controllers: edge, cascade, four words follow */
        out 0x20, al
        out 0xa0, al
        mov al, TIMER_VECTOR
        out 0x21, al
        mov al, TIMER_VECTOR + 8
        out 0xa1, al
        mov al, 4
        out 0x21, al
        mov al, 2
        out 0xa1, al
        mov al, 1
        out 0x21, al
        out 0xa1, al
        mov al, 0xfe
        out 0x21, al
        mov al, 0xff
        out 0xa1, al

        mov al, 0x34                    /* timer 0: both bytes, rate generator */
        out 0x43, al
        mov eax, [p_timer_divisor]
        out 0x40, al
        mov al, ah
        out 0x40, al

        /* The local interrupt controller lets the old one through; where there is none, nobody hears these writes. */
        mov eax, [LAPIC_SPURIOUS]
        or eax, 0x1ff
        mov [LAPIC_SPURIOUS], eax
        mov dword ptr [LAPIC_LINT0], 0x700

        mov al, 'R'
        out 0xe9, al

        /* ---- For ever: one tick, then wait. ---- */
main_loop:
        cli
        cmp dword ptr [VAR_PENDING], 0
        jne 5f
        sti                             /* takes effect after the next instruction: no wake-up is lost */
        hlt
        jmp main_loop
5:      dec dword ptr [VAR_PENDING]
        sti
        call tick
        jmp main_loop

timer_interrupt:
        push eax
        forget_translations
        push eax                        /* the processor wrote to the stack before that */
        pop eax
        cmp dword ptr [VAR_PENDING], 4  /* a guest that was kept waiting does not run after all its ticks */
        jae 6f
        inc dword ptr [VAR_PENDING]
6:      mov al, 0x20
        out 0x20, al
        pop eax
        iretd

tick:
        forget_translations
        mov al, '.'
        out 0xe9, al
        inc dword ptr [VAR_TICKS]
        mov ecx, [p_range_pages]
        test ecx, ecx
        jz tick_done

        /* Bursts: of every `period` ticks only the first `on` write. */
        mov ecx, [p_burst_period]
        test ecx, ecx
        jz 7f
        mov eax, [VAR_TICKS]
        xor edx, edx
        div ecx
        cmp edx, [p_burst_on]
        jae tick_done
7:
        mov eax, [VAR_CREDIT]
        add eax, [p_pages_per_tick]
        mov ecx, eax
        and eax, 0xff
        mov [VAR_CREDIT], eax
        shr ecx, 8
        jz tick_done

write_page:
        forget_translations
        mov eax, [VAR_RANDOM]
        call random_next
        mov ebx, [p_range_pages]
        cmp dword ptr [p_pattern], 1
        je pick_sequential
        cmp dword ptr [p_pattern], 2
        jne pick_uniform
        /* Hot set: so many of 256 writes go to its pages, the others anywhere. */
        movzx edx, al
        call random_next
        cmp edx, [p_hot_share]
        jae pick_uniform
        mov ebx, [p_hot_pages]
pick_uniform:
        mul ebx                         /* edx = random * pages / 2^32; eax is spoilt */
        jmp picked
pick_sequential:
        mov edx, [VAR_NEXT]
        lea eax, [edx + 1]
        cmp eax, ebx
        jb 8f
        xor eax, eax
8:      mov [VAR_NEXT], eax
picked:
        shl edx, 12
        add edx, [p_range_begin]
        mov eax, [VAR_RANDOM]
        call random_next
        mov ebx, [p_write_words]
9:      call random_next
        mov [edx], eax
        add edx, 4
        dec ebx
        jnz 9b
        mov [VAR_RANDOM], eax
        dec ecx
        jnz write_page
tick_done:
        ret

/* eax -> next number of the generator (xorshift32: shifts 13, 17, 5). Spoils ebp. */
random_next:
        mov ebp, eax
        shl ebp, 13
        xor eax, ebp
        mov ebp, eax
        shr ebp, 17
        xor eax, ebp
        mov ebp, eax
        shl ebp, 5
        xor eax, ebp
        ret

        .align 8
gdt:    .quad 0
        .quad 0x00cf9b000000ffff        /* code, 4 GiB */
        .quad 0x00cf93000000ffff        /* data, 4 GiB */
gdt_pointer:
        .word . - gdt - 1
        .long gdt
        .align 4
        .word 0
idt_pointer:
        .word 8 * (TIMER_VECTOR + 16) - 1
        .long IDT

        .align 16
text_line:
        .ascii "#### a page of plain text, much of it the same as its neighbour\n"

        /* ---- Parameters: sim/process/firmware.c knows this block. ---- */
        .org 0xff00
        .ascii "MIGLABG1"
p_seed:           .long 1
p_contents:       .long 1               /* 0 zero, 1 random, 2 text */
p_fill_begin:     .long 0x00100000
p_fill_end:       .long 0x00200000
p_range_begin:    .long 0x00100000
p_range_pages:    .long 0
p_pages_per_tick: .long 0               /* 1/256 pages */
p_pattern:        .long 0               /* 0 uniform, 1 sequential, 2 hot set */
p_hot_pages:      .long 0
p_hot_share:      .long 230             /* of 256 */
p_burst_on:       .long 0               /* ticks */
p_burst_period:   .long 0               /* ticks; 0: no bursts */
p_write_words:    .long 1               /* 32-bit words written to a page, 1 .. 1024 */
p_timer_divisor:  .long 11932           /* of 1193182 Hz: 100 Hz */

        /* ---- Where the processor begins. ---- */
        .org 0xfff0
        .code16
        jmp start
        .org 0xffff
        .byte 0
